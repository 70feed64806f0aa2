namespace LiftPlus.Data;

/// <summary>Recognizes animated WebP files, which ImageSharp 2.1 does not decode.</summary>
internal static class WebpAnimation
{
    private const int FlagsAt = 20,
        Animated = 2;

    /// <exception cref="ImageDecodeException">The file is an animated WebP.</exception>
    public static void ThrowIfAnimated(ReadOnlySpan<byte> encoded, string name)
    {
        bool hasFlags =
            encoded.Length > FlagsAt
            && encoded.StartsWith("RIFF"u8)
            && encoded[8..].StartsWith("WEBP"u8)
            && encoded[12..].StartsWith("VP8X"u8);
        if (hasFlags && (encoded[FlagsAt] & Animated) != 0)
            throw UnsupportedImage.Of(name, "an animated WebP");
    }
}
