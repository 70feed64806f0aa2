using System.Formats.Tar;
using LiftPlus.Files;
using Microsoft.Win32.SafeHandles;

namespace LiftPlus.Data;

/// <summary>Lists the files in a tar file. Links are replaced by what they lead to.</summary>
internal sealed class TarMembers
{
    private const int MostLinks = 40; // as on Linux

    private readonly string _file;
    private readonly List<TarMember> _members = [];
    private readonly Dictionary<string, TarMember> _byName = [];
    private readonly List<(string Name, string Target, bool IsHard)> _links = [];

    private readonly FileEndings _endings;
    private readonly PassedOver _passedOver;

    private TarMembers(string file, FileEndings endings, PassedOver passedOver) =>
        (_file, _endings, _passedOver) = (file, endings, passedOver);

    /// <summary>Reads the headers of a tar file.</summary>
    /// <param name="file">The tar file.</param>
    /// <param name="endings">The endings of images; links that are neither images nor labels are left out.</param>
    /// <param name="passedOver">Receives what is not read.</param>
    /// <exception cref="LiftPlusException">It is not a tar file, is damaged or compressed, or a hard link leads nowhere.</exception>
    public static IReadOnlyList<TarMember> Read(string file, FileEndings endings, PassedOver passedOver)
    {
        var members = new TarMembers(file, endings, passedOver);
        members.ReadHeaders();
        members.FollowLinks();
        return members._members;
    }

    private void ReadHeaders()
    {
        using var stream = new FileStream(RegularFile.Open(_file), FileAccess.Read, 1 << 16);
        RefuseCompressed(stream.SafeFileHandle);
        try
        {
            TarBounds.Check(stream);
            stream.Position = 0;
            using var tar = new TarReader(stream);
            while (tar.GetNextEntry() is TarEntry entry)
            {
                if (entry.Name.Contains('\uFFFD'))
                    throw new LiftPlusException(
                        $"The tar file '{_file}' has the entry '{entry.Name}', whose name is not UTF-8. Pack it again with UTF-8 names."
                    );
                Add(entry);
            }
        }
        catch (Exception e)
            when (e
                    is InvalidDataException
                        or FormatException
                        or EndOfStreamException
                        or ArgumentException
                        or OverflowException
                        or NotSupportedException
            )
        {
            throw new LiftPlusException(
                $"The tar file '{_file}' cannot be read after {_members.Count(member => _endings.Contains(member.Name))} images. "
                    + $"{e.Message} Fetch it again.",
                e
            );
        }
    }

    private void Add(TarEntry entry)
    {
        string name = Resolve("", entry.Name);
        if (entry.EntryType is TarEntryType.HardLink or TarEntryType.SymbolicLink)
        {
            bool isHard = entry.EntryType == TarEntryType.HardLink;
            _links.Add((name, Resolve(isHard ? "" : name[..(name.LastIndexOf('/') + 1)], entry.LinkName), isHard));
        }
        else if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile)
        {
            if (name.Split('/').Any(IgnoredNames.Contains))
            {
                _passedOver.Add(PassedOver.Ignored, $"{_file}/{name}");
                return;
            }

            var member = new TarMember(name, entry.DataOffset, entry.Length);
            _members.Add(member);
            _byName[name] = member;
        }
        else if (entry.EntryType is not (TarEntryType.Directory or TarEntryType.DirectoryList))
        {
            _passedOver.Add($"entries of the type {entry.EntryType}", $"{_file}/{name}");
        }
    }

    private void FollowLinks()
    {
        Dictionary<string, string> targets = [];
        foreach ((string name, string target, _) in _links)
            targets[name] = target;
        foreach ((string name, string first, bool isHard) in _links)
        {
            if (!(_endings.Contains(name) || TarLabels.IsLabel(name)) || name.Split('/').Any(IgnoredNames.Contains))
                continue;
            string target = first;
            for (int i = 0; i < MostLinks && !_byName.ContainsKey(target) && targets.TryGetValue(target, out string? next); i++)
                target = next;
            if (_byName.TryGetValue(target, out TarMember found))
                _members.Add(found with { Name = name });
            else if (isHard)
                throw new LiftPlusException(
                    $"The tar file '{_file}' has the hard link '{name}' to '{first}', which is not in it. Pack both into one tar file."
                );
            else
                _passedOver.Add("symbolic links to what is not in the tar file", $"{_file}/{name}");
        }
    }

    private void RefuseCompressed(SafeFileHandle handle)
    {
        Span<byte> start = stackalloc byte[8];
        if (Compression.Of(start[..RandomAccess.Read(handle, start, 0)]) is string packed)
            throw new LiftPlusException(
                $"The tar file '{_file}' cannot be read: it is a {packed} file. It is compressed; unpack it to a .tar, whose images are "
                    + "then read where they lie."
            );
    }

    // The name without "." and "..", and with "/" where a program of Windows wrote "\".
    private static string Resolve(string folder, string name)
    {
        var parts = new List<string>();
        foreach (string part in (folder + name.Replace('\\', '/')).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else if (part is not ("." or ".."))
                parts.Add(part);
        }

        return string.Join('/', parts);
    }
}
