using System.Buffers.Binary;

namespace LiftPlus.Data;

/// <summary>
/// Represents what an image's header says about decoding it: how much memory Skia takes besides the pixels, by measurement, and how many
/// bytes a file with so many pixels has at least.
/// </summary>
/// <param name="ExtraPerPixel">Bytes of memory per pixel besides the four of the result.</param>
/// <param name="LeastBytes">The number of bytes below which the file cannot be whole; 0 if any number is possible.</param>
internal readonly record struct EncodedHeader(double ExtraPerPixel, long LeastBytes)
{
    private const int ResultPerPixel = 4;

    /// <summary>Reads the header of a file from its first bytes. What is not understood takes nothing and needs nothing.</summary>
    public static EncodedHeader Read(ReadOnlySpan<byte> encoded, ImageSize size)
    {
        long pixels = (long)size.Width * size.Height;
        if (EncodedImage.IsPng(encoded) && encoded.Length > 28)
            return Png(encoded, size);
        if (EncodedImage.IsJpeg(encoded))
            return JpegHeader.Read(encoded) is JpegHeader jpeg ? jpeg.Describe(size) : default;
        if (encoded.StartsWith("GIF8"u8))
            return new EncodedHeader(0, pixels / 4096); // a code of at least 9 bits stands for at most 4096 pixels
        if (encoded.StartsWith("BM"u8) && encoded.Length > 34)
            return Bmp(encoded, size);
        if (encoded.Length > 20 && encoded.StartsWith("RIFF"u8) && encoded[8..].StartsWith("WEBP"u8))
            return Webp(encoded, pixels);
        return new EncodedHeader(ResultPerPixel, 0);
    }

    /// <summary>Returns how many ordinary pixels take as much memory as this image.</summary>
    public long CountPixels(ImageSize size) => (long)Math.Ceiling((long)size.Width * size.Height * (1 + ExtraPerPixel / ResultPerPixel));

    /// <summary>Returns the number of channels of a color type.</summary>
    public static int PngChannels(int color) =>
        color switch
        {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };

    // An interlaced image is kept whole, in its own depth. A byte of deflate stands for at most 1032.
    private static EncodedHeader Png(ReadOnlySpan<byte> encoded, ImageSize size)
    {
        (int bits, int color, bool isInterlaced) = (encoded[24], encoded[25], encoded[28] != 0);
        int channels = PngChannels(color);
        long row = ((long)size.Width * channels * bits + 7) / 8;
        return new EncodedHeader(isInterlaced ? Math.Max(1, channels * bits / 8.0) : 0, row * size.Height / 1032);
    }

    // Rows from the position that the header gives, each a multiple of four bytes; the padding of the last one may be missing. A run has at
    // most 255 pixels in two bytes; some files leave the background out.
    private static EncodedHeader Bmp(ReadOnlySpan<byte> encoded, ImageSize size)
    {
        bool isOld = BinaryPrimitives.ReadInt32LittleEndian(encoded[14..]) == 12; // OS/2
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(encoded[(isOld ? 24 : 28)..]),
            packing = isOld ? 0 : BinaryPrimitives.ReadInt32LittleEndian(encoded[30..]);
        long start = BinaryPrimitives.ReadUInt32LittleEndian(encoded[10..]),
            row = ((long)size.Width * bits + 31) / 32 * 4,
            last = ((long)size.Width * bits + 7) / 8;
        return new EncodedHeader(0, packing is 1 or 2 ? (long)size.Width * size.Height / 2048 : start + row * (size.Height - 1) + last);
    }

    // Lossless images are decoded to a second copy, and one of a single color takes no bits per pixel. A lossy one has at least two bits
    // for 16 x 16 pixels.
    private static EncodedHeader Webp(ReadOnlySpan<byte> encoded, long pixels)
    {
        ReadOnlySpan<byte> kind = encoded[12..16];
        if (kind.SequenceEqual("VP8 "u8))
            return new EncodedHeader(0, pixels / 1024);
        return new EncodedHeader(ResultPerPixel, 0); // VP8L, or VP8X: with transparency or several frames
    }
}
