namespace LiftPlus.Data;

/// <summary>Takes the middle square. An offset of half a pixel is rounded to the even neighbor.</summary>
public sealed class CenterCrop : CropTransform
{
    private readonly int _size;

    /// <summary>Creates a crop of <paramref name="size"/> pixels a side.</summary>
    public CenterCrop(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        _size = size;
    }

    /// <inheritdoc/>
    /// <exception cref="LiftPlusException">The image is smaller than the crop.</exception>
    public override PixelBox ChooseBox(int width, int height, TransformContext context) => BoxOf(width, height, _size);

    internal static PixelBox BoxOf(int width, int height, int size)
    {
        CheckFits(width, height, size);
        return new PixelBox((int)Math.Round((width - size) / 2.0), (int)Math.Round((height - size) / 2.0), size, size);
    }

    internal static void CheckFits(int width, int height, int size)
    {
        if (width < size || height < size)
            throw new LiftPlusException(
                $"A crop of {size}x{size} does not fit an image of {width}x{height}: put a Resize to at least {size} before it."
            );
    }
}
