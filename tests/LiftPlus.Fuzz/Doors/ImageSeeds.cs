using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ICSharpCode.SharpZipLib.Checksum;
using SkiaSharp;

namespace LiftPlus.Fuzz.Doors;

/// <summary>Makes small images of every format that the decoder reads.</summary>
internal static class ImageSeeds
{
    private const int Width = 41,
        Height = 29;

    // The passes of Adam7: first column, first row, and the steps.
    private static readonly (int X, int Y, int StepX, int StepY)[] s_passes =
    [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ];

    public static byte[] Encode(SKEncodedImageFormat format, int quality)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
                bitmap.SetPixel(x, y, new SKColor((byte)(x * 6), (byte)(y * 8), (byte)(x ^ y), (byte)(x < 5 ? 128 : 255)));
        }

        using SKData data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    /// <summary>Makes a PNG.</summary>
    /// <param name="bits">Bits of a channel.</param>
    /// <param name="color">0 grey, 2 color, 3 palette, 6 color with alpha.</param>
    /// <param name="isInterlaced">Whether the rows are in the order of Adam7.</param>
    public static byte[] Png(int bits, int color, bool isInterlaced, int width = Width, int height = Height)
    {
        int channels = color switch
        {
            2 => 3,
            6 => 4,
            _ => 1,
        };
        using var rows = new MemoryStream();
        foreach ((int x, int y, int stepX, int stepY) in isInterlaced ? s_passes : [(0, 0, 1, 1)])
        {
            int columns = (width - x + stepX - 1) / stepX,
                count = (height - y + stepY - 1) / stepY;
            for (int row = 0; columns > 0 && row < count; row++)
                rows.Write([0, .. Enumerable.Range(0, (columns * channels * bits + 7) / 8).Select(i => (byte)(i * 7 + row))]);
        }

        byte[] size = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(size, width);
        BinaryPrimitives.WriteInt32BigEndian(size.AsSpan(4), height);
        (size[8], size[9], size[12]) = ((byte)bits, (byte)color, (byte)(isInterlaced ? 1 : 0));
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(rows.ToArray());
        byte[] palette = color == 3 ? Chunk("PLTE", [.. Enumerable.Range(0, 3 << Math.Min(bits, 8)).Select(i => (byte)i)]) : [];
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR", size), .. palette, .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", [])];
    }

    /// <summary>Makes a BMP of 24 bits, or of 8 bits with runs.</summary>
    public static byte[] Bmp(bool hasRuns, int width = Width, int height = Height)
    {
        byte[] palette = hasRuns ? [.. Enumerable.Range(0, 256).SelectMany(i => new byte[] { (byte)i, (byte)(255 - i), 7, 0 })] : [];
        byte[] pixels = hasRuns
            ? [.. Enumerable.Range(0, height).SelectMany(y => Run(width, (byte)(y * 8))), 0, 1]
            : [.. Enumerable.Range(0, (width * 3 + 3) / 4 * 4 * height).Select(i => (byte)i)];
        byte[] header = new byte[54];
        "BM"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(2), header.Length + palette.Length + pixels.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(10), header.Length + palette.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(22), height);
        header[26] = 1;
        header[28] = (byte)(hasRuns ? 8 : 24);
        header[30] = (byte)(hasRuns ? 1 : 0);
        return [.. header, .. palette, .. pixels];
    }

    // A row of one color, and its end.
    private static IEnumerable<byte> Run(int length, byte color)
    {
        for (; length > 0; length -= byte.MaxValue)
        {
            yield return (byte)Math.Min(length, byte.MaxValue);
            yield return color;
        }

        yield return 0;
        yield return 0;
    }

    /// <summary>Makes a GIF with one frame or two, whose pixels are not packed.</summary>
    public static byte[] Gif(int frames)
    {
        using var file = new MemoryStream();
        file.Write([.. "GIF89a"u8, Width, 0, Height, 0, 0xF6, 0, 0]); // 128 colors
        file.Write([.. Enumerable.Range(0, 3 * 128).Select(i => (byte)i)]);
        for (int frame = 0; frame < frames; frame++)
        {
            file.Write([0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, Width, 0, Height, 0, 0, 7]);
            byte[] codes =
            [
                .. Enumerable
                    .Range(0, Width * Height)
                    .SelectMany(i => i % 100 == 0 ? new byte[] { 0x80, (byte)(i % 128) } : [(byte)(i % 128)]),
            ];
            foreach (byte[] block in codes.Append<byte>(0x81).Chunk(255)) // codes of 8 bits, begun anew before they grow
                file.Write([(byte)block.Length, .. block]);
            file.WriteByte(0);
        }

        file.WriteByte((byte)';');
        return file.ToArray();
    }

    /// <summary>Returns a PNG with the right sum of each chunk; other files as they are.</summary>
    public static byte[] FixSums(byte[] file)
    {
        byte[] copy = [.. file];
        if (copy is not [0x89, (byte)'P', (byte)'N', (byte)'G', ..])
            return copy;
        for (int at = 8; at + 12 <= copy.Length; )
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(copy.AsSpan(at));
            if (length > copy.Length - at - 12)
                break;
            BinaryPrimitives.WriteUInt32BigEndian(copy.AsSpan(at + 8 + (int)length), Sum(copy, at + 4, (int)length + 4));
            at += 12 + (int)length;
        }

        return copy;
    }

    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] chunk = [0, 0, 0, 0, .. Encoding.ASCII.GetBytes(type), .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Sum(chunk, 4, content.Length + 4));
        return chunk;
    }

    private static uint Sum(byte[] bytes, int start, int length)
    {
        Crc32 sum = new();
        sum.Update(new ArraySegment<byte>(bytes, start, length));
        return (uint)sum.Value;
    }
}
