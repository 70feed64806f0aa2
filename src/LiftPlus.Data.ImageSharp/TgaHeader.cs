using System.Buffers.Binary;

namespace LiftPlus.Data;

/// <summary>Represents the header of a TGA, and finds out whether all its pixels are there: ImageSharp 2.1 fills in missing ones.</summary>
/// <param name="IsCompressed">Whether the pixels are stored as runs.</param>
/// <param name="PixelBytes">The bytes of a pixel.</param>
/// <param name="Start">The position of the first pixel.</param>
internal readonly record struct TgaHeader(bool IsCompressed, int PixelBytes, long Start)
{
    private const int HeaderBytes = 18,
        Palette = 1,
        Compressed = 8,
        LongestRun = 128;

    /// <summary>Reads the header.</summary>
    /// <exception cref="ImageDecodeException">The header is cut off, or of a kind that ImageSharp does not read correctly.</exception>
    public static TgaHeader Read(ReadOnlySpan<byte> encoded, string name)
    {
        if (encoded.Length < HeaderBytes)
            throw ImageDecodeException.ForDamage(name, $"the file of {encoded.Length:N0} bytes ends in its header");
        int colors = BinaryPrimitives.ReadUInt16LittleEndian(encoded[5..]),
            kind = encoded[2] & ~Compressed,
            bits = encoded[16];
        bool isKnown =
            encoded[1] == Palette
                ? kind == 1 && bits == 8 && encoded[7] is 16 or 24 or 32 && encoded[3] == 0 && encoded[4] == 0
                : kind is 2 or 3 && bits is 8 or 16 or 24 or 32;
        if (!isKnown)
            throw UnsupportedImage.Of(name, $"a TGA of the kind {encoded[2]} with {bits} bits and a palette of {encoded[7]} bits");
        return new TgaHeader((encoded[2] & Compressed) != 0, bits / 8, HeaderBytes + encoded[0] + (long)colors * (encoded[7] / 8));
    }

    /// <summary>Returns what the header says.</summary>
    /// <exception cref="ImageDecodeException">The whole file has too few runs.</exception>
    public HeaderFacts Describe(ReadOnlySpan<byte> encoded, ImageSize size, string name, bool isWhole)
    {
        long pixels = (long)size.Width * size.Height,
            least = IsCompressed ? (pixels + LongestRun - 1) / LongestRun * (1 + PixelBytes) : pixels * PixelBytes;
        if (isWhole && IsCompressed && !HasRunsOf(encoded, pixels))
            throw ImageDecodeException.ForDamage(
                name,
                $"the file of {encoded.Length:N0} bytes ends before its {size.Width}x{size.Height} pixels do"
            );
        return new HeaderFacts(size, new EncodedHeader(IsCompressed ? PixelBytes : 0, Start + least), encoded.Length);
    }

    // A packet is a run of one pixel, or a number of pixels as they are.
    private bool HasRunsOf(ReadOnlySpan<byte> encoded, long pixels)
    {
        long at = Start;
        while (pixels > 0 && at < encoded.Length)
        {
            int packet = encoded[(int)at],
                count = packet % LongestRun + 1;
            at += 1 + (packet < LongestRun ? (long)count * PixelBytes : PixelBytes);
            pixels -= count;
        }

        return pixels <= 0 && at <= encoded.Length;
    }
}
