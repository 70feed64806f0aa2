namespace LiftPlus.Data;

/// <summary>Takes five squares for test-time ensembling: top left, top right, bottom left, bottom right, center.</summary>
public sealed class FiveCrop : MultiViewTransform
{
    private readonly int _size;

    /// <summary>Creates crops of <paramref name="size"/> pixels a side.</summary>
    public FiveCrop(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        _size = size;
    }

    /// <inheritdoc/>
    public override int Views => 5;

    /// <inheritdoc/>
    /// <exception cref="LiftPlusException">The image is smaller than a crop.</exception>
    public override RgbImage Apply(RgbImage image, int view, TransformContext context) =>
        image.Crop(BoxOf(image.Width, image.Height, view));

    /// <summary>Returns the box of one view in an image of the given size.</summary>
    internal PixelBox BoxOf(int width, int height, int view)
    {
        CenterCrop.CheckFits(width, height, _size);
        int right = width - _size,
            bottom = height - _size;
        return view switch
        {
            0 => new PixelBox(0, 0, _size, _size),
            1 => new PixelBox(right, 0, _size, _size),
            2 => new PixelBox(0, bottom, _size, _size),
            3 => new PixelBox(right, bottom, _size, _size),
            4 => CenterCrop.BoxOf(width, height, _size),
            _ => throw new ArgumentOutOfRangeException(nameof(view), view, null),
        };
    }
}
