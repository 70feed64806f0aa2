using System.Runtime.InteropServices;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Advanced;
using SixLabors.ImageSharp.PixelFormats;

namespace LiftPlus.Data;

/// <summary>Copies the pixels of an image of any pixel type.</summary>
internal sealed class PixelCopy : IImageVisitor
{
    private RgbImage? _copy;

    private PixelCopy() { }

    /// <summary>Returns a copy that the caller disposes.</summary>
    public static RgbImage Of(Image image)
    {
        var copy = new PixelCopy();
        image.AcceptVisitor(copy);
        return copy._copy!;
    }

    public void Visit<TPixel>(Image<TPixel> image)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        RgbImage copy = RgbImage.Create(image.Width, image.Height);
        image.ProcessPixelRows(rows =>
        {
            for (int y = 0; y < rows.Height; y++)
                PixelOperations<TPixel>.Instance.ToRgba32(
                    image.GetConfiguration(),
                    rows.GetRowSpan(y),
                    MemoryMarshal.Cast<RgbPixel, Rgba32>(copy.Row(y))
                );
        });
        _copy = copy;
    }
}
