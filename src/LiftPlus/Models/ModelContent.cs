using System.Collections.Immutable;
using System.Security.Cryptography;
using LiftPlus.Files;

namespace LiftPlus.Models;

/// <summary>Lists the files of a model folder, which may have the backbone in a subfolder.</summary>
internal static class ModelContent
{
    private static readonly string s_backbone = IncludedBackbone.Folder + "/";

    /// <summary>Computes what a folder records about the files in it.</summary>
    public static ImmutableSortedDictionary<string, SavedFile> DescribeAll(string folder) =>
        Names(folder)
            .Select(name => KeyValuePair.Create(name, Describe(Path.Combine(folder, name))))
            .ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Returns whether a name has no separator, drive or step to the parent, on any system.</summary>
    public static bool IsPlain(string name) => name.Length > 0 && name is not ("." or "..") && name.AsSpan().IndexOfAny("/\\:\0") < 0;

    /// <summary>Computes what a folder records about one file.</summary>
    public static SavedFile Describe(string path)
    {
        using var stream = new FileStream(RegularFile.Open(path), FileAccess.Read);
        return new SavedFile(stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    /// <summary>Returns whether a name is that of a file of the folder, or of the backbone in it.</summary>
    public static bool IsInside(string name) =>
        IsPlain(name) || (name.StartsWith(s_backbone, StringComparison.Ordinal) && IsPlain(name[s_backbone.Length..]));

    /// <summary>Returns the names of the files of the folder and of the backbone in it, and of other folders.</summary>
    public static IEnumerable<string> Names(string folder) =>
        Entries(folder)
            .SelectMany(name =>
                name == IncludedBackbone.Folder && Directory.Exists(Path.Combine(folder, name))
                    ? Entries(Path.Combine(folder, name)).Select(file => s_backbone + file)
                    : [name]
            );

    private static IEnumerable<string> Entries(string folder) =>
        Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry));
}
