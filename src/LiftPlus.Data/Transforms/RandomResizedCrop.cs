namespace LiftPlus.Data;

/// <summary>
/// Takes the classic training crop (arXiv 1409.4842): area uniform in 0.08..1 of the image's, aspect ratio log-uniform in 3/4..4/3, resized
/// to a square. After ten draws that do not fit, it takes the largest centered part within the ratios.
/// </summary>
public sealed class RandomResizedCrop : CropTransform
{
    private const int Attempts = 10;
    private const double MinRatio = 3.0 / 4,
        MaxRatio = 4.0 / 3;
    private const float MinArea = 0.08f;

    private readonly int _size;

    /// <summary>Creates a crop for results of <paramref name="size"/> pixels a side.</summary>
    public RandomResizedCrop(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        _size = size;
    }

    /// <summary>Gets the interpolation.</summary>
    internal ResizeFilter Filter { get; init; }

    /// <inheritdoc/>
    public override int? OutputSize => _size;

    /// <inheritdoc/>
    public override PixelBox ChooseBox(int width, int height, TransformContext context)
    {
        RandomSource random = context.Random;
        double area = (double)width * height;
        float lowest = MathF.Log((float)MinRatio),
            highest = MathF.Log((float)MaxRatio);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            double target = area * random.NextUniform(MinArea, 1);
            double ratio = MathF.Exp(random.NextUniform(lowest, highest));
            int w = (int)Math.Round(Math.Sqrt(target * ratio)),
                h = (int)Math.Round(Math.Sqrt(target / ratio));
            if (w < 1 || h < 1 || w > width || h > height)
                continue;
            int top = random.NextInt(height - h + 1),
                left = random.NextInt(width - w + 1);
            return new PixelBox(left, top, w, h);
        }

        double shape = (double)width / height;
        int wide = shape > MaxRatio ? Math.Max(1, (int)Math.Round(height * MaxRatio)) : width;
        int high = shape < MinRatio ? Math.Max(1, (int)Math.Round(width / MinRatio)) : height;
        return new PixelBox((width - wide) / 2, (height - high) / 2, wide, high);
    }

    /// <inheritdoc/>
    public override RgbImage Finish(RgbImage part, TransformContext context) => part.Resize(_size, _size, Filter);
}
