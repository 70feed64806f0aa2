using System.Buffers.Binary;
using System.IO.Compression;

namespace LiftPlus.Fuzz.Doors;

/// <summary>Makes small TIFF, TGA, PBM, PGM and PPM files of known pixels.</summary>
internal static class PlainImages
{
    public const int Width = 41,
        Height = 29;

    /// <summary>Gets the red, green and blue of a pixel; gray images have the red.</summary>
    public static byte[] ColorOf(int x, int y) => [(byte)(x * 6), (byte)(y * 8), (byte)(x ^ y)];

    /// <summary>Makes a TIFF: the header, the strips, the values of the directory, the directory.</summary>
    /// <param name="compression">1 none, 8 deflate, 32773 PackBits.</param>
    /// <param name="samples">1 for gray, 3 for color.</param>
    /// <param name="bits">8 or 16.</param>
    /// <param name="rowsPerStrip">The number of rows in a strip.</param>
    /// <param name="isBigEndian">Whether numbers begin with their highest byte.</param>
    /// <param name="isBig">Whether it is a BigTIFF.</param>
    /// <param name="change">Changes the entries, by tag.</param>
    public static byte[] Tiff(
        int compression = 1,
        int samples = 3,
        int bits = 8,
        int rowsPerStrip = 10,
        bool isBigEndian = false,
        bool isBig = false,
        Action<SortedDictionary<int, (int Type, long[] Values)>>? change = null
    )
    {
        int offsetBytes = isBig ? 8 : 4;
        List<byte> file = [.. isBigEndian ? "MM"u8 : "II"u8, .. Number(isBig ? 43 : 42, 2)];
        if (isBig)
            file.AddRange([.. Number(8, 2), 0, 0]);
        int firstAt = file.Count;
        file.AddRange(Number(0, offsetBytes));
        List<long> offsets = [],
            counts = [];
        for (int top = 0; top < Height; top += rowsPerStrip)
        {
            byte[] strip = Pack(compression, [.. Rows(top, Math.Min(top + rowsPerStrip, Height))]);
            offsets.Add(file.Count);
            counts.Add(strip.Length);
            file.AddRange(strip);
        }

        SortedDictionary<int, (int Type, long[] Values)> entries = new()
        {
            [256] = (3, [Width]),
            [257] = (3, [Height]),
            [258] = (3, [.. Enumerable.Repeat((long)bits, samples)]),
            [259] = (3, [compression]),
            [262] = (3, [samples == 1 ? 1 : 2]),
            [273] = (4, [.. offsets]),
            [277] = (3, [samples]),
            [278] = (3, [rowsPerStrip]),
            [279] = (4, [.. counts]),
        };
        change?.Invoke(entries);
        List<byte> directory = [.. Number(entries.Count, isBig ? 8 : 2)];
        foreach ((int tag, (int type, long[] values)) in entries)
        {
            int size = type == 3 ? 2 : 4;
            byte[] all = [.. values.SelectMany(value => Number(value, size))];
            directory.AddRange([.. Number(tag, 2), .. Number(type, 2), .. Number(values.Length, offsetBytes)]);
            bool isInline = all.Length <= offsetBytes;
            directory.AddRange(isInline ? [.. all, .. new byte[offsetBytes - all.Length]] : Number(file.Count, offsetBytes));
            if (!isInline)
                file.AddRange(all);
        }

        byte[] first = Number(file.Count, offsetBytes).ToArray();
        for (int i = 0; i < first.Length; i++)
            file[firstAt + i] = first[i];
        return [.. file, .. directory, .. Number(0, offsetBytes)];

        IEnumerable<byte> Number(long value, int bytes) =>
            Enumerable.Range(0, bytes).Select(i => (byte)(value >> (8 * (isBigEndian ? bytes - 1 - i : i))));

        IEnumerable<byte> Rows(int top, int bottom) =>
            from y in Enumerable.Range(top, bottom - top)
            from x in Enumerable.Range(0, Width)
            from value in ColorOf(x, y).Take(samples)
            from part in Number(bits == 16 ? value * 257 : value, bits / 8)
            select part;
    }

    /// <summary>Makes a TGA.</summary>
    /// <param name="bits">8 for gray or a palette, 24 or 32 for color.</param>
    /// <param name="hasPalette">Whether 8 bits are the place in a palette, which has the color (i, 255 - i, 7) at i.</param>
    /// <param name="isCompressed">Whether pixels are stored as runs of one pixel.</param>
    /// <param name="isTopDown">Whether the first row is the top one.</param>
    public static byte[] Tga(int bits, bool hasPalette = false, bool isCompressed = false, bool isTopDown = true)
    {
        byte[] header = new byte[18];
        header[1] = (byte)(hasPalette ? 1 : 0);
        header[2] = (byte)(
            (
                hasPalette ? 1
                : bits == 8 ? 3
                : 2
            ) + (isCompressed ? 8 : 0)
        );
        if (hasPalette)
            (header[6], header[7]) = (1, 24); // 256 colors
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(12), Width);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(14), Height);
        (header[16], header[17]) = ((byte)bits, (byte)((isTopDown ? 0x20 : 0) + (bits == 32 ? 8 : 0)));
        List<byte> file = [.. header];
        if (hasPalette)
            file.AddRange(Enumerable.Range(0, 256).SelectMany(i => new byte[] { 7, (byte)(255 - i), (byte)i }));
        for (int row = 0; row < Height; row++)
        {
            for (int x = 0; x < Width; x++)
            {
                byte[] color = ColorOf(x, isTopDown ? row : Height - 1 - row),
                    stored = bits == 8 ? [color[0]] : [color[2], color[1], color[0], .. new byte[] { 200 }.Take(bits / 8 - 3)];
                file.AddRange(isCompressed ? [0x80, .. stored] : stored);
            }
        }

        return [.. file];
    }

    /// <summary>Makes a binary PBM (4), PGM (5) or PPM (6), whose values go up to a maximum.</summary>
    public static byte[] Pnm(int kind, int most = 255)
    {
        string header = $"P{kind} # made here\n{Width} {Height}" + (kind == 4 ? "\n" : $"\n{most}\n");
        List<byte> file = [.. System.Text.Encoding.ASCII.GetBytes(header)];
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; kind == 4 && x < Width; x += 8)
                file.Add((byte)(x * 6));
            foreach (byte value in Enumerable.Range(0, kind == 4 ? 0 : Width).SelectMany(x => ColorOf(x, y).Take(kind == 5 ? 1 : 3)))
            {
                int scaled = value * most / 255;
                file.AddRange(most > 255 ? [(byte)(scaled >> 8), (byte)scaled] : [(byte)scaled]);
            }
        }

        return [.. file];
    }

    private static byte[] Pack(int compression, byte[] rows)
    {
        if (compression == 32773)
            return [.. rows.Chunk(128).SelectMany(part => part.Prepend((byte)(part.Length - 1)))];
        if (compression != 8)
            return rows;
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(rows);
        return packed.ToArray();
    }
}
