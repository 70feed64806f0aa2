using System.Buffers.Binary;

namespace LiftPlus.Data;

/// <summary>Reads the list of chunks of a WebP file.</summary>
internal static class WebpChunks
{
    private const int FirstAt = 12,
        HeaderBytes = 8,
        FlagsAt = 20,
        Animated = 2;

    /// <exception cref="ImageDecodeException">The file is an animated WebP, which ImageSharp 2.1 does not decode.</exception>
    public static void ThrowIfAnimated(ReadOnlySpan<byte> encoded, string name)
    {
        bool hasFlags = IsWebp(encoded) && encoded.Length > FlagsAt && encoded[FirstAt..].StartsWith("VP8X"u8);
        if (hasFlags && (encoded[FlagsAt] & Animated) != 0)
            throw UnsupportedImage.Of(name, "an animated WebP");
    }

    /// <summary>Returns whether the bytes start like a WebP and end before its pixels do.</summary>
    public static bool IsCutOff(ReadOnlySpan<byte> encoded)
    {
        if (!IsWebp(encoded))
            return false;
        long at = FirstAt;
        while (at + HeaderBytes <= encoded.Length)
        {
            ReadOnlySpan<byte> chunk = encoded[(int)at..];
            long length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk.StartsWith("VP8 "u8) || chunk.StartsWith("VP8L"u8))
                return at + HeaderBytes + length > encoded.Length;
            at += HeaderBytes + length + length % 2;
        }

        return true;
    }

    private static bool IsWebp(ReadOnlySpan<byte> encoded) =>
        encoded.Length >= FirstAt && encoded.StartsWith("RIFF"u8) && encoded[8..].StartsWith("WEBP"u8);
}
