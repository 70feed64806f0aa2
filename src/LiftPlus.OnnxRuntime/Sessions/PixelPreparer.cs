using LiftPlus.Data;
using LiftPlus.Inference;

namespace LiftPlus.Sessions;

/// <summary>
/// Prepares pixels (H, W, 3) for a file that crops and normalizes images itself. They are resized here, which leaves the file's own
/// resizing nothing to do: images take less memory, and the numbers are those of training.
/// </summary>
internal sealed class PixelPreparer(int shortSide, ImageResizing resizing, IImageDecoder decoder, int batchSize, int workers)
    : ImagePreparer(batchSize, workers)
{
    private readonly ViewReader _reader = new(TransformPipeline.ResizeOnly(shortSide, resizing), decoder);

    public override PreparedImage Draw(Func<int, float> level)
    {
        var image = new PreparedImage("test image");
        Span<byte> pixels = image.RentBytes([shortSide, shortSide, 3]);
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(255 * level(i));
        return image;
    }

    protected override void Write(ImageSource source, ImageLimits limits, PreparedImage to)
    {
        using RgbImage image = _reader.Read(source, NoRandomness, limits)[0];
        Span<byte> pixels = to.RentBytes([image.Height, image.Width, 3]);
        int at = 0;
        for (int y = 0; y < image.Height; y++)
        {
            foreach (RgbPixel pixel in image.Row(y))
            {
                (pixels[at], pixels[at + 1], pixels[at + 2]) = (pixel.R, pixel.G, pixel.B);
                at += 3;
            }
        }
    }
}
