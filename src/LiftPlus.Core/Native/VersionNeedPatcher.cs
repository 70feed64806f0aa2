using System.Buffers.Binary;
using System.Text;

namespace LiftPlus.Native;

/// <summary>
/// Renames symbol versions that a shared library asks for (the verneed table of an ELF64 little-endian image), in memory. A version is
/// renamed to an older one that the same table already asks of the same file, so no string is added and no offset moves: an entry's
/// hash and name are overwritten with the other entry's. Layout: System V gABI, and the LSB's "Symbol Version Requirements".
/// </summary>
internal static class VersionNeedPatcher
{
    private const int ProgramHeaderSize = 56,
        DynamicEntrySize = 16,
        NeedSize = 16;
    private const uint PtLoad = 1,
        PtDynamic = 2;
    private const ulong DtNull = 0,
        DtStrtab = 5,
        DtStrsz = 10,
        DtVerneed = 0x6ffffffe,
        DtVerneednum = 0x6fffffff;

    // libLibTorchSharp.so has 28 entries; the cap bounds the work a crafted table can ask for.
    private const int MaximumEntries = 4096;

    /// <summary>Represents one version that is asked of one library, and the place of its entry in the image.</summary>
    public sealed record VersionNeed(string Library, string Version, int Offset);

    /// <summary>Lists the versions the image asks for.</summary>
    /// <exception cref="BadImageFormatException">
    /// The image is truncated, of another class or byte order, or its tables are malformed.
    /// </exception>
    public static IReadOnlyList<VersionNeed> Read(ReadOnlySpan<byte> elf)
    {
        if (elf.Length < 64 || !elf.StartsWith("\u007fELF"u8))
        {
            throw new BadImageFormatException($"not an ELF file ({elf.Length} bytes)");
        }
        if (elf[4] != 2 || elf[5] != 1)
        {
            throw new BadImageFormatException($"ELF class {elf[4]}, data encoding {elf[5]}: only 64-bit little-endian (2, 1) is handled");
        }

        var dynamic = ReadDynamic(elf);
        if (!dynamic.TryGetValue(DtVerneed, out ulong needAddress))
        {
            return [];
        }
        if (!dynamic.TryGetValue(DtStrtab, out ulong stringsAddress) || !dynamic.TryGetValue(DtStrsz, out ulong stringsSize))
        {
            throw new BadImageFormatException("the dynamic section has no string table");
        }
        var strings = Slice(elf, FileOffset(elf, stringsAddress), stringsSize, "string table");
        return ReadNeeds(elf, FileOffset(elf, needAddress), dynamic.GetValueOrDefault(DtVerneednum), strings);
    }

    /// <summary>Renames each version that is a key of <paramref name="aliases"/>, and returns the renamed entries as they were.</summary>
    /// <exception cref="BadImageFormatException">As <see cref="Read"/>, or an alias's target is not asked of the same library.</exception>
    public static IReadOnlyList<VersionNeed> Rename(Span<byte> elf, IReadOnlyDictionary<string, string> aliases)
    {
        var needs = Read(elf);
        var renamed = needs.Where(need => aliases.ContainsKey(need.Version)).ToList();
        var targets = renamed.ConvertAll(need =>
            needs.FirstOrDefault(other => other.Library == need.Library && other.Version == aliases[need.Version])
            ?? throw new BadImageFormatException(
                $"{need.Library}: {need.Version} cannot become {aliases[need.Version]}, which is not in the table"
            )
        );

        // vernaux: hash (4), flags (2), index (2), name (4), next (4). The index stays: symbols refer to it.
        for (int i = 0; i < renamed.Count; i++)
        {
            elf.Slice(targets[i].Offset, 4).CopyTo(elf[renamed[i].Offset..]);
            elf.Slice(targets[i].Offset + 8, 4).CopyTo(elf[(renamed[i].Offset + 8)..]);
        }
        return renamed;
    }

    private static List<VersionNeed> ReadNeeds(ReadOnlySpan<byte> elf, ulong offset, ulong libraryCount, ReadOnlySpan<byte> strings)
    {
        var needs = new List<VersionNeed>();
        for (ulong i = 0; i < libraryCount; i++)
        {
            // verneed: version (2), count (2), file name (4), first vernaux (4), next (4); the last two are relative to the entry.
            var entry = Slice(elf, offset, NeedSize, "version entry");
            int count = U16(entry, 2);
            string library = Text(strings, U32(entry, 4));
            ulong auxOffset = offset + U32(entry, 8);
            for (int k = 0; k < count; k++)
            {
                if (needs.Count == MaximumEntries)
                {
                    throw new BadImageFormatException($"more than {MaximumEntries} version entries");
                }
                var aux = Slice(elf, auxOffset, NeedSize, "version entry");
                needs.Add(new VersionNeed(library, Text(strings, U32(aux, 8)), (int)auxOffset));
                auxOffset = Next(auxOffset, U32(aux, 12), isLast: k == count - 1);
            }
            offset = Next(offset, U32(entry, 12), isLast: i == libraryCount - 1);
        }
        return needs;
    }

    // Links only ever point forward, past the entry itself, so a chain ends with the file.
    private static ulong Next(ulong offset, uint link, bool isLast) =>
        isLast || link >= NeedSize
            ? offset + link
            : throw new BadImageFormatException($"version entry at {offset} links to itself ({link})");

    private static Dictionary<ulong, ulong> ReadDynamic(ReadOnlySpan<byte> elf)
    {
        var values = new Dictionary<ulong, ulong>();
        foreach (var (type, fileOffset, _, fileSize) in ProgramHeaders(elf))
        {
            if (type != PtDynamic)
            {
                continue;
            }
            var section = Slice(elf, fileOffset, fileSize, "dynamic section");
            for (int at = 0; at + DynamicEntrySize <= section.Length && U64(section, at) != DtNull; at += DynamicEntrySize)
            {
                values[U64(section, at)] = U64(section, at + 8);
            }
            return values;
        }
        throw new BadImageFormatException("no dynamic section: not a shared library");
    }

    private static ulong FileOffset(ReadOnlySpan<byte> elf, ulong address)
    {
        foreach (var (type, fileOffset, start, fileSize) in ProgramHeaders(elf))
        {
            if (type == PtLoad && address >= start && address - start < fileSize)
            {
                ulong length = (ulong)elf.Length;
                return fileOffset < length && address - start < length - fileOffset
                    ? fileOffset + (address - start)
                    : throw new BadImageFormatException($"address 0x{address:x} is in a segment outside the file's {length} bytes");
            }
        }
        throw new BadImageFormatException($"address 0x{address:x} is not in a loaded segment");
    }

    private static List<(uint Type, ulong FileOffset, ulong Address, ulong FileSize)> ProgramHeaders(ReadOnlySpan<byte> elf)
    {
        ulong table = U64(elf, 0x20);
        int entrySize = U16(elf, 0x36),
            count = U16(elf, 0x38);
        if (entrySize != ProgramHeaderSize)
        {
            throw new BadImageFormatException($"program header size {entrySize}, expected {ProgramHeaderSize}");
        }
        var all = Slice(elf, table, (ulong)count * ProgramHeaderSize, "program headers");
        var headers = new List<(uint, ulong, ulong, ulong)>(count);
        for (int at = 0; at < all.Length; at += ProgramHeaderSize)
        {
            headers.Add((U32(all, at), U64(all, at + 8), U64(all, at + 16), U64(all, at + 32)));
        }
        return headers;
    }

    private static string Text(ReadOnlySpan<byte> strings, uint offset)
    {
        var rest = Slice(strings, offset, (ulong)Math.Max(0, strings.Length - (long)offset), "name");
        int length = rest.IndexOf((byte)0);
        return length >= 0
            ? Encoding.Latin1.GetString(rest[..length])
            : throw new BadImageFormatException($"name at {offset} does not end");
    }

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> data, ulong offset, ulong length, string what) =>
        offset <= (ulong)data.Length && length <= (ulong)data.Length - offset
            ? data.Slice((int)offset, (int)length)
            : throw new BadImageFormatException($"{what} at {offset} with {length} bytes is outside its {data.Length} bytes");

    private static ushort U16(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(data[offset..]);

    private static uint U32(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(data[offset..]);

    private static ulong U64(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(data[offset..]);
}
