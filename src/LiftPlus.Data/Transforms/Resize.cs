namespace LiftPlus.Data;

/// <summary>Resizes the short side to a size and the long side in proportion, rounded down, with an antialiased bicubic filter.</summary>
public sealed class Resize : ImageTransform
{
    // A long thin image grows by its long side: 1x100000 to a short side of 256 would be 6.5 gigapixels.
    private const long MaxPixels = 100_000_000;

    /// <summary>Creates a resize to <paramref name="shortSide"/> pixels.</summary>
    public Resize(int shortSide)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shortSide, 1);
        ShortSide = shortSide;
    }

    /// <summary>Gets the short side of the result.</summary>
    public int ShortSide { get; }

    /// <summary>Gets whether the long side is resized to the same length.</summary>
    internal bool Squash { get; init; }

    /// <summary>Gets the interpolation.</summary>
    internal ResizeFilter Filter { get; init; }

    /// <inheritdoc/>
    /// <exception cref="LiftPlusException">
    /// The image is so long and thin that the result would have more than 100 million pixels.
    /// </exception>
    public override RgbImage Apply(RgbImage image, TransformContext context)
    {
        (int width, int height) = SizeOf(image.Width, image.Height);
        if ((long)width * height > MaxPixels)
            throw new LiftPlusException(
                $"An image of {image.Width}x{image.Height} would be resized to {width}x{height}; remove it or crop it first."
            );
        return image.Resize(width, height, Filter);
    }

    /// <summary>Resizes only the middle of the image.</summary>
    internal RgbImage Apply(RgbImage image, CenterCrop centre, TransformContext context)
    {
        (int width, int height) = SizeOf(image.Width, image.Height);
        return Resampler.Resize(image, width, height, centre.ChooseBox(width, height, context), Filter);
    }

    /// <summary>Returns the size that an image of the given size is resized to.</summary>
    internal (int Width, int Height) SizeOf(int width, int height)
    {
        if (Squash)
            return (ShortSide, ShortSide);

        // The long side is computed in double and truncated, as torchvision does.
        return width <= height
            ? (ShortSide, (int)Math.Min(int.MaxValue, (double)((long)ShortSide * height) / width))
            : ((int)Math.Min(int.MaxValue, (double)((long)ShortSide * width) / height), ShortSide);
    }
}
