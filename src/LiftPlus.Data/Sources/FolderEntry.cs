using System.IO.Enumeration;
using LiftPlus.Files;

namespace LiftPlus.Data;

/// <summary>Represents a file or folder in a folder.</summary>
/// <param name="Path">The folder's path as given, and the name.</param>
/// <param name="Name">The name.</param>
/// <param name="IsFolder">Whether it is a folder, or a link to one.</param>
/// <param name="IsLink">Whether it is a symbolic link or a junction.</param>
/// <param name="IsIgnored">Whether it is hidden, or belongs to a system or tool.</param>
internal readonly record struct FolderEntry(string Path, string Name, bool IsFolder, bool IsLink, bool IsIgnored)
{
    private static readonly EnumerationOptions s_all = new() { AttributesToSkip = 0, IgnoreInaccessible = false },
        s_notLinks = new() { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };

    /// <summary>Reads a folder; entries are in ordinal order of their names.</summary>
    /// <exception cref="LiftPlusException">The folder cannot be read, or a name in it is not UTF-8.</exception>
    public static FolderEntry[] Read(string folder)
    {
        FolderEntry[] entries = FolderReader.Read(folder, () => All(folder));
        foreach (FolderEntry entry in entries)
        {
            if (entry.Name.Contains('\uFFFD') && !System.IO.Path.Exists(entry.Path))
                throw new LiftPlusException(
                    $"The folder '{folder}' holds '{entry.Name}', whose name is not UTF-8. Rename it (convmv renames many)."
                );
        }

        return entries;
    }

    // Asking for the attributes of each entry would take a call to the system for each; this takes two per folder.
    private static FolderEntry[] All(string folder)
    {
        HashSet<string> notLinks = [.. new FileSystemEnumerable<string>(folder, (ref entry) => entry.FileName.ToString(), s_notLinks)];
        var entries = new FileSystemEnumerable<FolderEntry>(folder, (ref entry) => From(ref entry, notLinks), s_all);
        return [.. entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)];
    }

    private static FolderEntry From(ref FileSystemEntry entry, HashSet<string> notLinks)
    {
        string name = entry.FileName.ToString(),
            path = entry.ToSpecifiedFullPath();
        bool isHidden = OperatingSystem.IsWindows() && (entry.Attributes & (FileAttributes.Hidden | FileAttributes.System)) != 0;
        bool isLink = !notLinks.Contains(name) && new FileInfo(path).LinkTarget is not null; // files in the cloud are not links
        return new FolderEntry(path, name, entry.IsDirectory, isLink, isHidden || IgnoredNames.Contains(name));
    }
}
