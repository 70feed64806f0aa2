namespace LiftPlus.Data;

/// <summary>
/// Reads the directories of a TIFF before ImageSharp 2.1 does, which reads all of them at once, allocates what their entries claim, and
/// leaves pixels black where a strip ends too early.
/// </summary>
internal readonly ref struct TiffReader(ReadOnlySpan<byte> file, string name)
{
    private const int BitsPerSample = 258,
        CompressionKind = 259,
        StripOffsets = 273,
        RowsPerStrip = 278,
        StripByteCounts = 279,
        TileOffsets = 324,
        ExifDirectory = 34665,
        GpsDirectory = 34853;

    private static readonly int[] s_innerDirectories = [ExifDirectory, GpsDirectory];

    private readonly ReadOnlySpan<byte> _file = file;
    private readonly string _name = name;
    private readonly bool _isBigEndian = file[0] == 'M',
        _isBig = file[2] == 43 || file[3] == 43;

    // Numbers of entries, and their positions, in a TIFF and in a BigTIFF.
    private int CountBytes => _isBig ? 8 : 2;

    private int OffsetBytes => _isBig ? 8 : 4;

    private int EntryBytes => 4 + 2 * OffsetBytes;

    /// <summary>Returns whether the bytes start like a TIFF.</summary>
    public static bool IsTiff(ReadOnlySpan<byte> encoded) =>
        encoded is [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..];

    /// <summary>Reads the first directory, and checks that all of them hold no more than the file does.</summary>
    /// <param name="isWhole">Whether the bytes are the whole file, so that strips outside them are missing.</param>
    /// <exception cref="ImageDecodeException">The directories are damaged, or the file is of a kind that is not read.</exception>
    public TiffHeader Read(bool isWhole)
    {
        ulong at = Number((ulong)OffsetBytes, OffsetBytes),
            held = 0;
        TiffHeader? first = null;
        while (at != 0 && (first is null || at < (ulong)_file.Length)) // directories that lead back to each other soon hold too much
        {
            Dictionary<int, Entry> entries = Entries(ref at, ref held);
            foreach (int inner in s_innerDirectories)
            {
                ulong innerAt = First(entries, inner, ulong.MaxValue);
                if (innerAt < (ulong)_file.Length)
                    Entries(ref innerAt, ref held);
            }

            first ??= Describe(entries, isWhole);
            at = Number(at, OffsetBytes);
        }

        return first ?? throw Damaged("it has no directory");
    }

    // Reads the entries of a directory and moves to its end. `held` counts the bytes of directories and values.
    private Dictionary<int, Entry> Entries(ref ulong at, ref ulong held)
    {
        ulong count = Number(at, CountBytes);
        if (count > (ulong)(_file.Length / EntryBytes))
            throw Damaged($"a directory says that it has {count:N0} entries");
        held += (ulong)(CountBytes + OffsetBytes) + count * (ulong)EntryBytes;
        at += (ulong)CountBytes;
        Dictionary<int, Entry> entries = [];
        for (; count > 0; count--, at += (ulong)EntryBytes)
        {
            int size = SizeOf((int)Number(at + 2, 2));
            ulong values = Number(at + 4, OffsetBytes),
                valuesAt = at + 4 + (ulong)OffsetBytes;
            if (values > (ulong)(OffsetBytes / size))
            {
                valuesAt = Number(valuesAt, OffsetBytes);
                ulong bytes = _isBig ? values * (ulong)size : (uint)values * (uint)size; // may overflow, as in ImageSharp
                held += bytes > (ulong)_file.Length ? 0 : bytes; // what cannot be there is passed over
            }

            if (held > (ulong)_file.Length)
                throw Damaged("its directories hold more than the file has bytes");
            if (!entries.TryAdd((int)Number(at, 2), new Entry(size, values, valuesAt)))
                throw Damaged("a directory has an entry twice");
        }

        return entries;
    }

    private TiffHeader Describe(Dictionary<int, Entry> entries, bool isWhole)
    {
        if (entries.ContainsKey(TileOffsets))
            throw UnsupportedImage.Of(_name, "a TIFF in tiles");
        int compression = (int)First(entries, CompressionKind, 1);
        if (!TiffHeader.IsRead(compression))
            throw UnsupportedImage.Of(_name, $"a TIFF with compression {compression}");
        ulong[] offsets = Values(entries, StripOffsets),
            counts = Values(entries, StripByteCounts);
        ulong bytes = 0;
        for (int strip = 0; strip < counts.Length; strip++)
        {
            ulong end = strip < offsets.Length ? offsets[strip] + counts[strip] : ulong.MaxValue;
            if (isWhole && (end > (ulong)_file.Length || end < counts[strip]))
                throw Damaged($"strip {strip + 1} of {counts.Length} lies outside the file");
            bytes += Math.Min(counts[strip], (ulong)_file.Length);
        }

        ulong[] bits = Values(entries, BitsPerSample);
        return new TiffHeader(
            compression,
            bits.Length == 0 ? 1 : bits.Sum(sample => (long)Math.Min(sample, 64)),
            (long)Math.Min(First(entries, RowsPerStrip, int.MaxValue), int.MaxValue),
            (long)bytes
        );
    }

    private ulong First(Dictionary<int, Entry> entries, int tag, ulong missing) =>
        Values(entries, tag) is [var value, ..] ? value : missing;

    private ulong[] Values(Dictionary<int, Entry> entries, int tag)
    {
        if (!entries.TryGetValue(tag, out Entry entry))
            return [];
        if (entry.Count > (ulong)(_file.Length / entry.Size))
            throw Damaged($"an entry says that it has {entry.Count:N0} values");
        ulong[] values = new ulong[entry.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = Number(entry.At + (ulong)(i * entry.Size), entry.Size);
        return values;
    }

    private ulong Number(ulong at, int bytes)
    {
        if (at > (ulong)_file.Length || (ulong)_file.Length - at < (ulong)bytes)
            throw Damaged("it ends before its directories do");
        ulong value = 0;
        for (int i = 0; i < bytes; i++)
            value = (value << 8) | _file[(int)at + (_isBigEndian ? i : bytes - 1 - i)];
        return value;
    }

    private ImageDecodeException Damaged(string found) =>
        ImageDecodeException.ForDamage(_name, $"it is a TIFF of {_file.Length:N0} bytes, and {found}");

    private static int SizeOf(int type) =>
        type switch
        {
            3 or 8 => 2,
            4 or 9 or 11 or 13 => 4,
            5 or 10 or 12 or 16 or 17 or 18 => 8,
            _ => 1,
        };

    private readonly record struct Entry(int Size, ulong Count, ulong At);
}
