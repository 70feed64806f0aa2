namespace LiftPlus.Data;

/// <summary>What the bytes of an image file tell without decoding.</summary>
public static class EncodedImage
{
    private const int Tail = 512; // after the end mark only padding is usual

    /// <summary>Whether the bytes begin a JPEG.</summary>
    public static bool IsJpeg(ReadOnlySpan<byte> encoded) => encoded is [0xFF, 0xD8, 0xFF, ..];

    /// <summary>Whether the bytes begin a PNG.</summary>
    public static bool IsPng(ReadOnlySpan<byte> encoded) => encoded is [0x89, (byte)'P', (byte)'N', (byte)'G', ..];

    /// <summary>
    /// Whether a JPEG or PNG seems cut off: the mark that both formats end in is missing. A decoder that does not read to the end asks, so that
    /// a damaged file fails whatever part of it is wanted. Always false for other formats.
    /// </summary>
    public static bool IsCutOff(ReadOnlySpan<byte> encoded)
    {
        ReadOnlySpan<byte> tail = encoded[Math.Max(0, encoded.Length - Tail)..];
        return (IsJpeg(encoded) && tail.LastIndexOf(JpegEnd) < 0) || (IsPng(encoded) && tail.LastIndexOf(PngEnd) < 0);
    }

    private static ReadOnlySpan<byte> JpegEnd => [0xFF, 0xD9];

    private static ReadOnlySpan<byte> PngEnd => "IEND"u8;
}
