namespace LiftPlus.Data;

/// <summary>Mirrors a random part of the images left to right.</summary>
public sealed class HorizontalFlip : ImageTransform
{
    private readonly float _probability;

    /// <summary>Creates a random flip.</summary>
    /// <param name="probability">The part of the images to mirror, 0 to 1.</param>
    public HorizontalFlip(double probability = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(probability);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(probability, 1);
        _probability = (float)probability;
    }

    /// <inheritdoc/>
    public override RgbImage Apply(RgbImage image, TransformContext context) =>
        context.Random.NextSingle() >= _probability ? image : Mirror(image);

    /// <summary>Returns a copy with left and right exchanged.</summary>
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
