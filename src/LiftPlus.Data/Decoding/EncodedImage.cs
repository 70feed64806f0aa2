namespace LiftPlus.Data;

/// <summary>Inspects the bytes of an image file without decoding them.</summary>
internal static class EncodedImage
{
    private const int Tail = 512; // after the end mark only padding is usual

    /// <summary>Returns whether the bytes start like a JPEG.</summary>
    public static bool IsJpeg(ReadOnlySpan<byte> encoded) => encoded is [0xFF, 0xD8, 0xFF, ..];

    /// <summary>Returns whether the bytes start like a PNG.</summary>
    public static bool IsPng(ReadOnlySpan<byte> encoded) => encoded is [0x89, (byte)'P', (byte)'N', (byte)'G', ..];

    /// <summary>
    /// Returns whether a JPEG or PNG seems cut off, because its end mark is missing; false for other formats. A decoder that does not read
    /// to the end checks this, so that a damaged file fails whichever part is wanted.
    /// </summary>
    public static bool IsCutOff(ReadOnlySpan<byte> encoded)
    {
        ReadOnlySpan<byte> tail = encoded[Math.Max(0, encoded.Length - Tail)..];
        return (IsJpeg(encoded) && tail.LastIndexOf(JpegEnd) < 0) || (IsPng(encoded) && tail.LastIndexOf(PngEnd) < 0);
    }

    private static ReadOnlySpan<byte> JpegEnd => [0xFF, 0xD9];

    private static ReadOnlySpan<byte> PngEnd => "IEND"u8;
}
