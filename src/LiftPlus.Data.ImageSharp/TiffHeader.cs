namespace LiftPlus.Data;

/// <summary>Represents what the first directory of a TIFF says about its pixels.</summary>
/// <param name="Compression">The number of the compression.</param>
/// <param name="Bits">The bits of a pixel.</param>
/// <param name="RowsPerStrip">The number of rows that are decoded together.</param>
/// <param name="StripBytes">The number of bytes of all strips.</param>
internal sealed record TiffHeader(int Compression, long Bits, long RowsPerStrip, long StripBytes)
{
    /// <summary>Returns the cost of decoding: ImageSharp holds a strip in its own depth besides the image.</summary>
    public HeaderFacts Describe(ImageSize size)
    {
        double share = Math.Min(1, (double)RowsPerStrip / size.Height);
        long packed = (size.Width * Bits + 7) / 8 * size.Height;
        return new HeaderFacts(size, new EncodedHeader(share * Bits / 8, packed / RatioOf(Compression)), StripBytes);
    }

    /// <summary>Returns whether a compression is read: ImageSharp decodes JPEG in a TIFF without a limit of memory.</summary>
    public static bool IsRead(int compression) => RatioOf(compression) > 0;

    // The number of bytes that one byte stands for at most; 0 for a compression that is not read.
    private static long RatioOf(int compression) =>
        compression switch
        {
            1 => 1, // none
            5 => 2731, // LZW: 12 bits for 4096 bytes
            8 or 32946 => 1032, // deflate
            32773 => 64, // PackBits: two bytes for 128
            _ => 0,
        };
}
