using System.Buffers.Binary;

namespace LiftPlus.Data;

/// <summary>Represents what the header of a JPEG says about its blocks of 8 x 8 frequencies.</summary>
/// <param name="Across">The largest horizontal sampling factor of a component.</param>
/// <param name="Down">The largest vertical sampling factor.</param>
/// <param name="Blocks">The number of blocks of all components in a unit of that many blocks across and down.</param>
/// <param name="IsProgressive">Whether the frequencies come in several passes.</param>
/// <param name="IsOneScan">Whether the first scan holds all components.</param>
internal readonly record struct JpegHeader(int Across, int Down, int Blocks, bool IsProgressive, bool IsOneScan)
{
    private const int BlockSide = 8,
        FrequencyBytes = 2,
        StartOfScan = 0xDA;

    /// <summary>Reads the header; null if it is not in the bytes or makes no sense.</summary>
    public static JpegHeader? Read(ReadOnlySpan<byte> encoded)
    {
        ReadOnlySpan<byte> frame = default;
        bool isProgressive = false;
        for (int at = 2; at + 4 <= encoded.Length && encoded[at] == 0xFF; )
        {
            byte marker = encoded[at + 1];
            if (marker == 0xFF) // padding
            {
                at++;
                continue;
            }

            int length = Math.Max(2, (int)BinaryPrimitives.ReadUInt16BigEndian(encoded[(at + 2)..]));
            ReadOnlySpan<byte> segment = encoded[(at + 4)..Math.Min(encoded.Length, at + 2 + length)];
            if (marker == StartOfScan)
                return segment.IsEmpty ? null : FromFrame(frame, isProgressive, segment[0]);
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                frame = segment;
                isProgressive = (marker & 3) == 2;
            }

            at += 2 + length;
        }

        return null;
    }

    /// <summary>
    /// Returns the cost of an image of this kind. If the frequencies of a block come in several parts, all of them are kept. A block has a
    /// code for its mean and, unless that comes in later passes, one for the rest: at least a bit each.
    /// </summary>
    public EncodedHeader Describe(ImageSize size)
    {
        long blocks = Units(size.Width, Across) * Units(size.Height, Down) * Blocks;
        double perPixel = FrequencyBytes * (double)BlockSide * BlockSide * blocks / ((double)size.Width * size.Height);
        return new EncodedHeader(IsProgressive || !IsOneScan ? perPixel : 0, blocks * (IsProgressive ? 1 : 2) / 8);
    }

    private static JpegHeader? FromFrame(ReadOnlySpan<byte> frame, bool isProgressive, int componentsInScan)
    {
        const int first = 6,
            size = 3; // number, factors, table
        int count = frame.Length < first ? 0 : Math.Min((int)frame[5], (frame.Length - first) / size);
        (int across, int down, int blocks) = (0, 0, 0);
        for (int i = 0; i < count; i++)
        {
            byte factors = frame[first + size * i + 1];
            (int x, int y) = (factors >> 4, factors & 15);
            (across, down, blocks) = (Math.Max(across, x), Math.Max(down, y), blocks + x * y);
        }

        return across > 0 && down > 0 ? new JpegHeader(across, down, blocks, isProgressive, componentsInScan == count) : null;
    }

    private static long Units(int length, int factor) => ((long)length + BlockSide * factor - 1) / (BlockSide * factor);
}
