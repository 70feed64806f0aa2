using System.Reflection;
using System.Runtime.InteropServices;
using LiftPlus.Data;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Tga;
using SixLabors.ImageSharp.PixelFormats;

namespace LiftPlus;

/// <summary>
/// Decodes JPEG, PNG, BMP, GIF, TIFF (first frame), TGA, and binary PBM, PGM and PPM with SixLabors.ImageSharp, and WebP with Skia. Pixels
/// of JPEG images differ slightly from those of Pillow, which <see cref="SkiaImageDecoder"/> reproduces exactly. 16-bit channels are
/// rounded to 8 bits, not truncated. TIFF in tiles or with JPEG or fax compression, and PBM as text are rejected.
/// </summary>
public sealed unsafe class ImageSharpDecoder : IImageDecoder, ICodecDecoder
{
    private const string Formats = "JPEG, PNG, WebP, BMP, GIF, TIFF, TGA, PBM, PGM or PPM";

    private static readonly IReadOnlyCollection<string> s_extensions =
    [
        .. FileEndings
            .Usual.Union(ImageSharpConfiguration.Formats.SelectMany(format => format.FileExtensions).Select(name => $".{name}"))
            .Union(PnmImage.FileExtensions),
    ];

    private readonly long _maxPixels;
    private readonly SkiaImageDecoder _webp; // ImageSharp 2.1 reads no animations, and crafted files make it take a gigabyte

    /// <summary>Creates a decoder.</summary>
    /// <param name="maxPixels">
    /// The maximum width · height of an image, checked in the file's header before memory is allocated. The default value is 100 million,
    /// which needs 800 MB. Images that take more memory than others while they are decoded count as more pixels: interlaced PNG,
    /// progressive JPEG, lossless WebP, TIFF in one strip, and compressed TGA.
    /// </param>
    public ImageSharpDecoder(long maxPixels = 100_000_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPixels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxPixels, 500_000_000); // 4 bytes per pixel in one array
        _maxPixels = maxPixels;
        _webp = new SkiaImageDecoder(maxPixels);
    }

    Assembly ICodecDecoder.Codec => typeof(Image).Assembly;

    bool ICodecDecoder.ReducedScale => false;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> FileExtensions => s_extensions;

    /// <inheritdoc/>
    public RgbImage Decode(ReadOnlySpan<byte> encoded, string name) =>
        Decode(encoded, name, size => new PixelBox(0, 0, size.Width, size.Height), null);

    /// <inheritdoc/>
    public RgbImage Decode(ReadOnlySpan<byte> encoded, string name, Func<ImageSize, PixelBox> choosePart, int? outputSize)
    {
        if (IsWebp(encoded))
            return _webp.Decode(encoded, name, choosePart, outputSize);
        HeaderFacts facts = Check(encoded, name, isWhole: true);
        PixelBox box = choosePart(facts.Size);
        if (PnmImage.IsPnm(encoded))
            return PnmImage.Read(encoded, name).Decode(encoded, box);
        if (IsCutOff(encoded))
            throw ImageDecodeException.ForDamage(name, $"the file of {encoded.Length:N0} bytes ends before its {Shown(facts.Size)} do");
        try
        {
            Configuration configuration = ImageSharpConfiguration.For(encoded.Length, (long)facts.Size.Width * facts.Size.Height);
            using Image<Rgba32> whole = Image.Load<Rgba32>(configuration, encoded);
            return Copy(whole, box);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Damaged data cause many kinds of exceptions, from ImageFormatException to IndexOutOfRangeException.
            throw ImageDecodeException.ForDamage(
                name,
                $"its data are damaged or of an unknown kind ({e.Message.TrimEnd('.')}; {Shown(facts.Size)}, {encoded.Length:N0} bytes)",
                e
            );
        }
    }

    /// <inheritdoc/>
    public ImageSize Measure(ReadOnlySpan<byte> encoded, string name) =>
        IsWebp(encoded) ? _webp.Measure(encoded, name) : Check(encoded, name, isWhole: false).Size;

    private static bool IsWebp(ReadOnlySpan<byte> encoded) =>
        encoded.Length >= 12 && encoded.StartsWith("RIFF"u8) && encoded[8..].StartsWith("WEBP"u8);

    // ImageSharp would fill in the missing part.
    private static bool IsCutOff(ReadOnlySpan<byte> encoded) =>
        EncodedImage.IsCutOff(encoded) || PngRows.AreMissing(encoded) || GifFrame.IsCutOff(encoded);

    private static string Shown(ImageSize size) => $"{size.Width}x{size.Height} pixels";

    private HeaderFacts Check(ReadOnlySpan<byte> encoded, string name, bool isWhole)
    {
        HeaderFacts facts = ReadHeader(encoded, name, isWhole);
        ImageDecodeException.ThrowIfTooLarge(name, facts.Size, facts.Cost, _maxPixels);
        if (isWhole)
            ImageDecodeException.ThrowIfTooShort(name, facts.Size, facts.Cost, facts.Bytes);
        return facts;
    }

    // ImageSharp 2.1 trusts the lengths in these files, and fills in what is missing. They are checked first.
    private HeaderFacts ReadHeader(ReadOnlySpan<byte> encoded, string name, bool isWhole)
    {
        if (PnmImage.IsPnm(encoded))
            return PnmImage.Read(encoded, name).Describe(encoded.Length);
        TiffHeader? tiff = TiffReader.IsTiff(encoded) ? new TiffReader(encoded, name).Read(isWhole) : null;
        BmpHeader.Check(encoded, name);
        (ImageSize size, IImageFormat format) = Identify(encoded, name);
        return tiff is not null ? tiff.Describe(size)
            : format is TgaFormat ? TgaHeader.Read(encoded, name).Describe(encoded, size, name, isWhole)
            : new HeaderFacts(size, EncodedHeader.Read(encoded, size), encoded.Length);
    }

    private (ImageSize Size, IImageFormat Format) Identify(ReadOnlySpan<byte> encoded, string name)
    {
        Exception? problem = null;
        try
        {
            fixed (byte* bytes = encoded)
            {
                using UnmanagedMemoryStream stream = new(bytes, encoded.Length);
                Configuration configuration = ImageSharpConfiguration.For(encoded.Length, pixels: 0);
                IImageInfo? info = Image.Identify(configuration, stream, out IImageFormat format);
                if (info is { Width: > 0, Height: > 0 })
                    return (new ImageSize(info.Width, info.Height), format);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            problem = e;
        }

        throw ImageDecodeException.ForUnknownFormat(name, encoded, Formats, problem);
    }

    private static RgbImage Copy(Image<Rgba32> whole, PixelBox box)
    {
        RgbImage part = RgbImage.Create(box.Width, box.Height);
        whole.ProcessPixelRows(rows =>
        {
            for (int y = 0; y < box.Height; y++)
                MemoryMarshal.Cast<Rgba32, RgbPixel>(rows.GetRowSpan(box.Top + y).Slice(box.Left, box.Width)).CopyTo(part.Row(y));
        });
        return part;
    }
}
