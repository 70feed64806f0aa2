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
        return new HeaderFacts(size, new EncodedHeader(share * Bits / 8, packed / LargestRatio), StripBytes);
    }

    // The number of bytes that one byte stands for at most. A row of a fax takes a bit, so that nothing is known.
    private long LargestRatio =>
        Compression switch
        {
            1 => 1, // none
            5 => 2731, // LZW: 12 bits for 4096 bytes
            8 or 32946 => 1032, // deflate
            32773 => 64, // PackBits: two bytes for 128
            _ => long.MaxValue,
        };
}
