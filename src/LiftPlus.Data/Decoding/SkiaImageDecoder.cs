using System.Reflection;
using LiftPlus.Data;
using SkiaSharp;

namespace LiftPlus;

/// <summary>Decodes JPEG, PNG, WebP, BMP and GIF (first frame) with Skia.</summary>
public sealed unsafe class SkiaImageDecoder : IImageDecoder, ICodecDecoder
{
    // The widest unit in which a JPEG is coded (8 pixels, four-fold horizontal subsampling). One more unit on each side gives the color
    // interpolation at the box's edge the same neighbors as in the whole image.
    private const int JpegBlock = 32;

    private readonly long _maxPixels;
    private readonly bool _reducedScale;

    /// <summary>Creates a decoder.</summary>
    /// <param name="maxPixels">
    /// The largest width · height that is decoded, checked in the file's header before memory is allocated. The default is 100 million,
    /// which takes 400 MB. Images that take more memory than four bytes per pixel count as more pixels: interlaced PNG, progressive JPEG
    /// and lossless WebP.
    /// </param>
    /// <param name="reducedScale">
    /// True to decode a JPEG at 1/2, 1/4 or 1/8 of its size where the part to keep is still at least as large as what it is resized to.
    /// This is faster for photographs much larger than the model's input. The default is false, because the pixels are then close to the
    /// reference's, but not equal.
    /// </param>
    public SkiaImageDecoder(long maxPixels = 100_000_000, bool reducedScale = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPixels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxPixels, 500_000_000); // 4 bytes each in one array
        _maxPixels = maxPixels;
        _reducedScale = reducedScale;
    }

    Assembly ICodecDecoder.Codec => typeof(SKCodec).Assembly;

    bool ICodecDecoder.ReducedScale => _reducedScale;

    /// <inheritdoc/>
    public RgbImage Decode(ReadOnlySpan<byte> encoded, string name)
    {
        fixed (byte* bytes = encoded)
        {
            using SKData data = SKData.Create((nint)bytes, encoded.Length);
            using SKCodec codec = Open(data, encoded, name);
            return DecodeWhole(codec, encoded.Length, name);
        }
    }

    /// <inheritdoc/>
    public RgbImage Decode(ReadOnlySpan<byte> encoded, string name, Func<ImageSize, PixelBox> choosePart, int? outputSize)
    {
        fixed (byte* bytes = encoded)
        {
            using SKData data = SKData.Create((nint)bytes, encoded.Length);
            using SKCodec codec = Open(data, encoded, name);
            SKImageInfo info = codec.Info;
            PixelBox box = choosePart(new ImageSize(info.Width, info.Height));
            (SKSizeI size, PixelBox scaled) = _reducedScale ? Reduce(codec, box, outputSize) : (info.Size, box);
            if (DecodePart(codec, encoded, name, size, scaled) is RgbImage part)
                return part;
            using RgbImage whole = DecodeWhole(codec, encoded.Length, name);
            return whole.Crop(box);
        }
    }

    /// <inheritdoc/>
    public ImageSize Measure(ReadOnlySpan<byte> encoded, string name)
    {
        fixed (byte* bytes = encoded)
        {
            using SKData data = SKData.Create((nint)bytes, encoded.Length);
            using SKCodec codec = Open(data, encoded, name, isWhole: false);
            return new ImageSize(codec.Info.Width, codec.Info.Height);
        }
    }

    private static RgbImage DecodeWhole(SKCodec codec, int bytes, string name)
    {
        SKImageInfo info = codec.Info;
        RgbImage image = RgbImage.Create(info.Width, info.Height);
        fixed (byte* pixels = &image.Origin)
        {
            SKCodecResult result = codec.GetPixels(InfoOf(info.Width, info.Height), (nint)pixels, image.Stride, SKCodecOptions.Default);
            if (result == SKCodecResult.Success)
                return image;
            image.Dispose();
            throw Failed(name, result, info, bytes);
        }
    }

    /// <summary>
    /// Decodes the box's rows, and of a JPEG only the columns around it, to exactly the pixels of the whole image. Returns null if that
    /// does not work: another format, or a file that seems cut off, which must fail whatever the box is.
    /// </summary>
    private static RgbImage? DecodePart(SKCodec codec, ReadOnlySpan<byte> encoded, string name, SKSizeI size, PixelBox box)
    {
        SKEncodedImageFormat format = codec.EncodedFormat;
        bool known = format is SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png && codec.ScanlineOrder == SKCodecScanlineOrder.TopDown;
        bool whole = size == codec.Info.Size && box.Width == size.Width && box.Height == size.Height;
        if (!known || whole || EncodedImage.IsCutOff(encoded))
            return null;

        int left = 0,
            right = size.Width;
        SKCodecOptions options = SKCodecOptions.Default;
        if (format == SKEncodedImageFormat.Jpeg)
        {
            left = Math.Max(0, box.Left / JpegBlock - 1) * JpegBlock;
            right = Math.Min(size.Width, ((box.Left + box.Width - 1) / JpegBlock + 2) * JpegBlock);
            options = new SKCodecOptions(new SKRectI(left, 0, right, size.Height));
        }

        if (codec.StartScanlineDecode(InfoOf(size.Width, size.Height), options) != SKCodecResult.Success || !codec.SkipScanlines(box.Top))
            return null;
        using RgbImage rows = RgbImage.Create(right - left, box.Height);
        fixed (byte* pixels = &rows.Origin)
        {
            int read = codec.GetScanlines((nint)pixels, box.Height, rows.Stride);
            if (read != box.Height)
                throw ImageDecodeException.ForDamage(
                    name,
                    $"its data are damaged or end at row {box.Top + read} of {size.Height} ({encoded.Length:N0} bytes)"
                );
        }

        return rows.Crop(new PixelBox(box.Left - left, 0, box.Width, box.Height));
    }

    // The size to decode at, and the box there.
    private static (SKSizeI Size, PixelBox Box) Reduce(SKCodec codec, PixelBox box, int? outputSize)
    {
        SKSizeI full = codec.Info.Size;
        int factor = codec.EncodedFormat == SKEncodedImageFormat.Jpeg ? ReducedScale.FactorFor(box, outputSize) : 1;
        SKSizeI size = factor == 1 ? full : codec.GetScaledDimensions(1f / factor);
        return (size, factor == 1 ? box : ReducedScale.Map(box, full.Width, full.Height, size.Width, size.Height));
    }

    private SKCodec Open(SKData data, ReadOnlySpan<byte> encoded, string name, bool isWhole = true)
    {
        SKCodec? codec = encoded.IsEmpty ? null : SKCodec.Create(data);
        if (codec is null)
            throw ImageDecodeException.ForUnknownFormat(name, encoded, "JPEG, PNG, WebP, BMP or GIF");
        SKImageInfo info = codec.Info;
        try
        {
            ImageSize size = new(info.Width, info.Height);
            EncodedHeader header = EncodedHeader.Read(encoded, size);
            ImageDecodeException.ThrowIfTooLarge(name, size, header, _maxPixels);
            if (isWhole)
                ImageDecodeException.ThrowIfTooShort(name, size, header, encoded.Length);
            return codec;
        }
        catch
        {
            codec.Dispose();
            throw;
        }
    }

    // Unpremultiplied: the color of a transparent pixel stays as stored. No color space: no color management.
    private static SKImageInfo InfoOf(int width, int height) => new(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);

    private static ImageDecodeException Failed(string name, SKCodecResult result, SKImageInfo info, int bytes) =>
        ImageDecodeException.ForDamage(
            name,
            result switch
            {
                SKCodecResult.IncompleteInput => $"the file of {bytes:N0} bytes ends before its {info.Width}x{info.Height} pixels do",
                _ => $"its data are damaged or of an unknown kind ({result}, {info.Width}x{info.Height} pixels, {bytes:N0} bytes)",
            }
        );
}
