using System.Runtime.InteropServices;
using LiftPlus.Data;
using LiftPlus.Metrics;
using SkiaSharp;

namespace LiftPlus.Reports;

/// <summary>Creates thumbnails within the limits of the page. Images that can no longer be read are skipped.</summary>
internal sealed class ThumbnailBudget(HtmlReportContent content)
{
    private const int Side = 128,
        Quality = 72;

    private readonly IImageDecoder _decoder = content.Decoder ?? new SkiaImageDecoder();
    private int _left = content.MaxThumbnails,
        _bytes = content.MaxThumbnailBytes;

    /// <summary>Makes a thumbnail; null if there is no room for it, or the image cannot be read.</summary>
    /// <param name="labeled">The image.</param>
    /// <param name="outcome">The prediction.</param>
    /// <param name="map">What is drawn over the image; null for nothing.</param>
    public Thumbnail? Take(LabeledImage labeled, ImageOutcome outcome, SaliencyMap? map = null) =>
        Take(labeled, map) is byte[] jpeg ? new Thumbnail(jpeg, outcome) : null;

    /// <summary>Returns the image as a small JPEG; null if there is no room for it, or it cannot be read.</summary>
    public byte[]? Take(LabeledImage labeled, SaliencyMap? map = null)
    {
        if (_left == 0)
            return null;
        try
        {
            using RgbImage image = _decoder.Decode(labeled.Source);
            byte[] jpeg = Encode(image, map);
            if (jpeg.Length > _bytes)
                return null;
            (_left, _bytes) = (_left - 1, _bytes - jpeg.Length);
            return jpeg;
        }
        catch (ImageDecodeException)
        {
            return null;
        }
    }

    private static byte[] Encode(RgbImage image, SaliencyMap? map)
    {
        double scale = Math.Min(1, Side / (double)Math.Max(image.Width, image.Height));
        using RgbImage small =
            scale < 1 ? image.Resize(Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale))) : image.Share();
        float[]? heat = map?.ToImage(new ImageSize(small.Width, small.Height));
        float most = Math.Max(heat?.Max() ?? 0, float.Epsilon);
        return PageImage.Encode(small.Width, small.Height, SKEncodedImageFormat.Jpeg, Quality, (row, pixels) =>
        {
            MemoryMarshal.AsBytes(small.Row(row)).CopyTo(pixels);
            if (heat is not null)
                Tint(pixels, heat.AsSpan(row * small.Width, small.Width), most);
        });
    }

    // Half of each pixel is the colour of its value, from 0 to the largest one. What speaks against the class looks as what says nothing.
    private static void Tint(Span<byte> pixels, ReadOnlySpan<float> values, float most)
    {
        for (int x = 0; x < values.Length; x++)
        {
            ReadOnlySpan<byte> colour = HeatColors.Of(values[x] / most);
            for (int channel = 0; channel < 3; channel++)
                pixels[4 * x + channel] = (byte)((pixels[4 * x + channel] + colour[channel]) / 2);
        }
    }
}
