using System.Buffers.Binary;

namespace LiftPlus.Data;

/// <summary>Tells from a file's first and last bytes whether it can be read; where they leave doubt, the whole is decoded.</summary>
internal static class ImageCheck
{
    // A camera's notes and its preview come before the size; 64 KB hold one full block of them.
    private const int First = 1 << 16,
        Last = 512;

    /// <exception cref="ImageDecodeException">It cannot be read.</exception>
    public static ImageSize Measure(LabeledImage image, IImageDecoder decoder)
    {
        using PooledFile ends = PooledFile.ReadEnds(image, First, Last);
        bool whole = ends.Bytes.Length == ends.FileLength;
        try
        {
            ImageSize size = decoder.Measure(whole ? ends.Bytes : ends.Bytes[..First], image.Path);
            if (SeemsComplete(ends.Bytes, ends.FileLength))
                return size;
        }
        catch (ImageDecodeException) when (!whole) { }

        using RgbImage pixels = decoder.DecodeImage(image);
        return new ImageSize(pixels.Width, pixels.Height);
    }

    // Formats mark their end or give their length. One that does neither is decoded.
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
