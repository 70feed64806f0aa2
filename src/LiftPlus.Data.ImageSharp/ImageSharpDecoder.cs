using System.Reflection;
using System.Runtime.InteropServices;
using LiftPlus.Data;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.PixelFormats;

namespace LiftPlus;

/// <summary>
/// Decodes all formats of SixLabors.ImageSharp (first frame). JPEG pixels differ slightly from those of Pillow, which
/// <see cref="SkiaImageDecoder"/> reproduces exactly. 16-bit channels are rounded to 8 bits, not truncated.
/// </summary>
public sealed unsafe class ImageSharpDecoder : IImageDecoder, ICodecDecoder
{
    private static readonly DecoderOptions s_options = new() { MaxFrames = 1, SkipMetadata = true };

    private readonly long _maxPixels;
    private readonly bool _reducedScale;

    /// <summary>Creates a decoder.</summary>
    /// <param name="maxPixels">
    /// The maximum width · height of an image, checked in the file's header before memory is allocated. The default value is 100 million,
    /// which needs 800 MB. Interlaced PNG, progressive JPEG and lossless WebP, which need more, count as more pixels.
    /// </param>
    /// <param name="reducedScale">
    /// Whether to decode JPEG images that are much larger than the output of the crop at a smaller scale, which is faster. The default
    /// value is false.
    /// </param>
    public ImageSharpDecoder(long maxPixels = 100_000_000, bool reducedScale = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPixels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxPixels, 500_000_000); // 4 bytes per pixel in one array
        _maxPixels = maxPixels;
        _reducedScale = reducedScale;
    }

    Assembly ICodecDecoder.Codec => typeof(Image).Assembly;

    bool ICodecDecoder.ReducedScale => _reducedScale;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> FileExtensions { get; } =
    [.. FileEndings.Usual.Union(Configuration.Default.ImageFormats.SelectMany(format => format.FileExtensions).Select(name => $".{name}"))];

    /// <inheritdoc/>
    public RgbImage Decode(ReadOnlySpan<byte> encoded, string name)
    {
        Size size = Identify(encoded, name);
        return Decode(encoded, name, size, 1, new PixelBox(0, 0, size.Width, size.Height));
    }

    /// <inheritdoc/>
    public RgbImage Decode(ReadOnlySpan<byte> encoded, string name, Func<ImageSize, PixelBox> choosePart, int? outputSize)
    {
        Size size = Identify(encoded, name);
        PixelBox box = choosePart(new ImageSize(size.Width, size.Height));
        return Decode(
            encoded,
            name,
            size,
            _reducedScale && EncodedImage.IsJpeg(encoded) ? ReducedScale.FactorFor(box, outputSize) : 1,
            box
        );
    }

    /// <inheritdoc/>
    public ImageSize Measure(ReadOnlySpan<byte> encoded, string name)
    {
        Size size = Identify(encoded, name, isWhole: false);
        return new ImageSize(size.Width, size.Height);
    }

    private Size Identify(ReadOnlySpan<byte> encoded, string name, bool isWhole = true)
    {
        try
        {
            Size size = Image.Identify(s_options, encoded).Size;
            ImageSize pixels = new(size.Width, size.Height);
            EncodedHeader header = EncodedHeader.Read(encoded, pixels);
            ImageDecodeException.ThrowIfTooLarge(name, pixels, header, _maxPixels);
            if (isWhole)
                ImageDecodeException.ThrowIfTooShort(name, pixels, header, encoded.Length);
            return size;
        }
        catch (Exception e) when (e is not ImageDecodeException)
        {
            throw ImageDecodeException.ForUnknownFormat(name, encoded, "JPEG, PNG, WebP, BMP, GIF, TIFF, TGA, PBM or QOI", e);
        }
    }

    // Decodes the part `box` of an image of the given size, `factor` times smaller.
    private static RgbImage Decode(ReadOnlySpan<byte> encoded, string name, Size size, int factor, PixelBox box)
    {
        if (EncodedImage.IsCutOff(encoded)) // ImageSharp would fill in the missing part of a JPEG
            throw ImageDecodeException.ForDamage(
                name,
                $"the file of {encoded.Length:N0} bytes ends before its {size.Width}x{size.Height} pixels are complete"
            );
        try
        {
            using Image<Rgba32> whole = factor == 1 ? Image.Load<Rgba32>(s_options, encoded) : LoadReduced(encoded, size, factor);
            return Copy(whole, ReducedScale.Map(box, size.Width, size.Height, whole.Width, whole.Height));
        }
        catch (Exception e) when (e is not ImageDecodeException)
        {
            // Damaged data cause many kinds of exceptions, from ImageFormatException to IndexOutOfRangeException.
            throw ImageDecodeException.ForDamage(
                name,
                $"its data are damaged or unsupported ({e.Message.TrimEnd('.')}; "
                    + $"{size.Width}x{size.Height} pixels, {encoded.Length:N0} bytes)",
                e
            );
        }
    }

    private static Image<Rgba32> LoadReduced(ReadOnlySpan<byte> encoded, Size size, int factor)
    {
        var target = new Size((size.Width + factor - 1) / factor, (size.Height + factor - 1) / factor);
        var options = new JpegDecoderOptions
        {
            GeneralOptions = new DecoderOptions
            {
                MaxFrames = 1,
                SkipMetadata = true,
                TargetSize = target,
            },
            ResizeMode = JpegDecoderResizeMode.IdctOnly,
        };
        fixed (byte* bytes = encoded)
        {
            using var stream = new UnmanagedMemoryStream(bytes, encoded.Length);
            return JpegDecoder.Instance.Decode<Rgba32>(options, stream);
        }
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
