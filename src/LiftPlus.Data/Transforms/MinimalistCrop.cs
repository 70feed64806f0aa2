namespace LiftPlus.Data;

/// <summary>
/// Takes a square crop whose area is uniform in [min(m, q), min(1, q)] of the image's, q being that of the largest square, and resizes it
/// to the input size (minimalist data augmentation, arXiv 2504.13282). The floor m = 0.08 + 0.92 s(t) rises over training, so that the last
/// epochs see what the test sees. It neither flips images nor changes colors.
/// </summary>
public sealed class MinimalistCrop : CropTransform
{
    private readonly int _size;
    private readonly ScheduleShape _shape;

    /// <summary>Creates a crop for results of <paramref name="size"/> pixels a side.</summary>
    /// <param name="size">The side of the result.</param>
    /// <param name="shape">How the floor rises.</param>
    public MinimalistCrop(int size, ScheduleShape shape = ScheduleShape.Convex)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        _size = size;
        _shape = shape;
    }

    /// <summary>Gets the interpolation.</summary>
    internal ResizeFilter Filter { get; init; }

    /// <inheritdoc/>
    public override int? OutputSize => _size;

    /// <inheritdoc/>
    public override PixelBox ChooseBox(int width, int height, TransformContext context) =>
        ChooseBox(width, height, Schedule.MinimumCropScale(_shape, context.Progress), 1, context.Random);

    /// <inheritdoc/>
    public override RgbImage Finish(RgbImage part, TransformContext context) => part.Resize(_size, _size, Filter);

    /// <summary>Chooses a square with an area between two fractions of the image's.</summary>
    internal static PixelBox ChooseBox(int width, int height, double low, double high, RandomSource random)
    {
        int shortSide = Math.Min(width, height);
        double area = (double)width * height,
            largest = (double)shortSide * shortSide / area;
        double scale = random.NextUniform((float)Math.Min(low, largest), (float)Math.Min(high, largest));
        int side = Math.Clamp((int)Math.Round(Math.Sqrt(area * scale)), 1, shortSide); // halves to even, as in the reference
        int top = random.NextInt(height - side + 1),
            left = random.NextInt(width - side + 1);
        return new PixelBox(left, top, side, side);
    }
}
