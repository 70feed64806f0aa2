namespace LiftPlus.Data;

/// <summary>Mirrors left and right for a random part of the images.</summary>
public sealed class HorizontalFlip : ImageTransform
{
    private readonly float _probability;

    /// <summary>A random flip.</summary>
    /// <param name="probability">Part of the images that is mirrored, 0 to 1; half unless given.</param>
    public HorizontalFlip(double probability = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(probability);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(probability, 1);
        _probability = (float)probability;
    }

    /// <inheritdoc/>
    public override RgbImage Apply(RgbImage image, TransformContext context) =>
        context.Random.NextSingle() >= _probability ? image : Mirror(image);

    /// <summary>A copy with left and right exchanged.</summary>
    internal static RgbImage Mirror(RgbImage image)
    {
        RgbImage mirrored = RgbImage.Create(image.Width, image.Height);
        for (int y = 0; y < image.Height; y++)
        {
            Span<RgbPixel> row = mirrored.Row(y);
            image.Row(y).CopyTo(row);
            row.Reverse();
        }

        return mirrored;
    }
}
