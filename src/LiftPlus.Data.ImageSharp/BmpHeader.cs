using System.Buffers.Binary;

namespace LiftPlus.Data;

/// <summary>Checks the header of a BMP: ImageSharp 2.1 allocates a palette up to where the header says that the pixels begin.</summary>
internal static class BmpHeader
{
    private const int PixelsAt = 10;

    /// <exception cref="ImageDecodeException">The pixels begin behind the end of the bytes, or the file holds several bitmaps.</exception>
    public static void Check(ReadOnlySpan<byte> encoded, string name)
    {
        if (encoded.StartsWith("BA"u8))
            throw UnsupportedImage.Of(name, "an array of bitmaps");
        if (!encoded.StartsWith("BM"u8))
            return;
        if (encoded.Length < PixelsAt + 4 || BinaryPrimitives.ReadUInt32LittleEndian(encoded[PixelsAt..]) > encoded.Length)
            throw ImageDecodeException.ForDamage(name, $"the file of {encoded.Length:N0} bytes ends before its pixels begin");
    }
}
