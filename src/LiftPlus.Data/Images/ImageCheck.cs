using System.Buffers.Binary;

namespace LiftPlus.Data;

/// <summary>Checks from a file's first and last bytes whether it can be read; in doubt the whole file is decoded.</summary>
internal static class ImageCheck
{
    // A camera's metadata and preview come before the size; 64 KB hold one full block of them.
    private const int First = 1 << 16,
        Last = 512;

    /// <exception cref="ImageDecodeException">The image cannot be read.</exception>
    public static ImageSize Measure(ImageSource source, IImageDecoder decoder)
    {
        using EncodedBytes ends = source.ReadEnds(First, Last);
        bool whole = ends.Span.Length == ends.FullLength;
        try
        {
            ImageSize size = decoder.Measure(whole ? ends.Span : ends.Span[..First], source.Name);
            ImageDecodeException.ThrowIfTooShort(source.Name, size, EncodedHeader.Read(ends.Span, size), ends.FullLength);
            if (SeemsComplete(ends.Span, ends.FullLength))
                return size;
        }
        catch (ImageDecodeException) when (!whole) { }

        using RgbImage pixels = decoder.Decode(source);
        return new ImageSize(pixels.Width, pixels.Height);
    }

    // Formats mark their end or give their length. A file that does neither is decoded.
    private static bool SeemsComplete(ReadOnlySpan<byte> bytes, long length)
    {
        if (EncodedImage.IsJpeg(bytes) || EncodedImage.IsPng(bytes))
            return !EncodedImage.IsCutOff(bytes);
        if (bytes.StartsWith("GIF8"u8))
            return bytes.TrimEnd<byte>(0) is [.., (byte)';'];
        if (bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..12].SequenceEqual("WEBP"u8))
            return BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) + 8L <= length;
        return false;
    }
}
