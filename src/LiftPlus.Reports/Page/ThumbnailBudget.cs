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

    public Thumbnail? Take(LabeledImage labeled, ImageOutcome outcome) =>
        Take(labeled) is byte[] jpeg ? new Thumbnail(jpeg, outcome) : null;

    /// <summary>Returns the image as a small JPEG; null if there is no room or it cannot be read.</summary>
    public byte[]? Take(LabeledImage labeled)
    {
        if (_left == 0)
            return null;
        try
        {
            using RgbImage image = _decoder.Decode(labeled.Source);
            byte[] jpeg = Encode(image);
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

    private static byte[] Encode(RgbImage image)
    {
        double scale = Math.Min(1, Side / (double)Math.Max(image.Width, image.Height));
        using RgbImage small =
            scale < 1 ? image.Resize(Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale))) : image.Share();
        return PageImage.Encode(small.Width, small.Height, SKEncodedImageFormat.Jpeg, Quality, (row, pixels) =>
            MemoryMarshal.AsBytes(small.Row(row)).CopyTo(pixels)
        );
    }
}
