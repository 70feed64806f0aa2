using System.Buffers.Binary;
using System.Globalization;

namespace LiftPlus.Data;

/// <summary>
/// Represents a binary PBM, PGM or PPM file. ImageSharp 2.1 is not used for these: it takes first pixels with the values of spaces for a
/// part of the header, and scales maximum values other than 255 wrongly.
/// </summary>
/// <param name="Size">The size.</param>
/// <param name="Channels">1 for gray, 3 for color.</param>
/// <param name="Bits">The bits of a sample: 1, 8 or 16.</param>
/// <param name="MaxValue">The value of white.</param>
/// <param name="Start">The position of the first row.</param>
internal readonly record struct PnmImage(ImageSize Size, int Channels, int Bits, int MaxValue, int Start)
{
    /// <summary>The endings of the files.</summary>
    public static readonly IReadOnlyList<string> FileExtensions = [".pbm", ".pgm", ".ppm", ".pnm"];

    private static ReadOnlySpan<byte> Spaces => " \t\r\n\v\f"u8;

    private long RowBytes => ((long)Size.Width * Channels * Bits + 7) / 8;

    /// <summary>Returns whether the bytes start like a text or binary file of these formats.</summary>
    public static bool IsPnm(ReadOnlySpan<byte> encoded) =>
        encoded is [(byte)'P', >= (byte)'1' and <= (byte)'6', var next, ..] && (Spaces.Contains(next) || next == '#');

    /// <summary>Reads the header.</summary>
    /// <exception cref="ImageDecodeException">The file is a text, or its header is damaged.</exception>
    public static PnmImage Read(ReadOnlySpan<byte> encoded, string name)
    {
        int kind = encoded[1] - '0',
            at = 2;
        if (kind < 4)
            throw UnsupportedImage.Of(name, "a PBM, PGM or PPM that is written as text");
        int width = Number(encoded, ref at),
            height = Number(encoded, ref at),
            most = kind == 4 ? 1 : Number(encoded, ref at);
        if (width < 1 || height < 1 || most is < 1 or > ushort.MaxValue || at >= encoded.Length || !Spaces.Contains(encoded[at]))
            throw ImageDecodeException.ForDamage(name, $"the header of its {encoded.Length:N0} bytes gives no size or no value of white");
        int bits =
            kind == 4 ? 1
            : most > byte.MaxValue ? 16
            : 8;
        return new PnmImage(new ImageSize(width, height), kind == 6 ? 3 : 1, bits, most, at + 1);
    }

    /// <summary>Returns what the header says.</summary>
    public HeaderFacts Describe(long bytes) => new(Size, new EncodedHeader(0, Start + RowBytes * Size.Height), bytes);

    /// <summary>Decodes a part of the image; all bytes must be there.</summary>
    public RgbImage Decode(ReadOnlySpan<byte> encoded, PixelBox box)
    {
        RgbImage image = RgbImage.Create(box.Width, box.Height);
        for (int y = 0; y < box.Height; y++)
        {
            ReadOnlySpan<byte> row = encoded.Slice((int)(Start + (box.Top + y) * RowBytes), (int)RowBytes);
            Span<RgbPixel> pixels = image.Row(y);
            for (int x = 0; x < pixels.Length; x++)
            {
                int at = (box.Left + x) * Channels;
                byte first = Sample(row, at);
                pixels[x] =
                    Channels == 1 ? new RgbPixel(first, first, first) : new RgbPixel(first, Sample(row, at + 1), Sample(row, at + 2));
            }
        }

        return image;
    }

    private byte Sample(ReadOnlySpan<byte> row, int at) =>
        Bits switch
        {
            1 => (row[at / 8] >> (7 - at % 8) & 1) == 0 ? byte.MaxValue : byte.MinValue,
            8 => Scale(row[at]),
            _ => Scale(BinaryPrimitives.ReadUInt16BigEndian(row[(2 * at)..])),
        };

    private byte Scale(int value) => (byte)((Math.Min(value, MaxValue) * byte.MaxValue + MaxValue / 2) / MaxValue);

    // The next number, after spaces and comments; 0 if there is none.
    private static int Number(ReadOnlySpan<byte> encoded, ref int at)
    {
        bool isComment = false;
        for (; at < encoded.Length && (isComment || encoded[at] == '#' || Spaces.Contains(encoded[at])); at++)
            isComment = encoded[at] == '#' || isComment && encoded[at] != '\n';
        int start = at;
        while (at < encoded.Length && char.IsAsciiDigit((char)encoded[at]))
            at++;
        return int.TryParse(encoded[start..at], CultureInfo.InvariantCulture, out int value) ? value : 0;
    }
}
