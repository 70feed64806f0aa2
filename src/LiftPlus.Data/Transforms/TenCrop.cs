namespace LiftPlus.Data;

/// <summary>Takes the squares of <see cref="FiveCrop"/>, then those of the mirrored image, for test-time ensembling.</summary>
public sealed class TenCrop : MultiViewTransform
{
    private readonly FiveCrop _five;

    /// <summary>Creates crops of <paramref name="size"/> pixels a side.</summary>
    public TenCrop(int size) => _five = new FiveCrop(size);

    /// <inheritdoc/>
    public override int Views => 2 * _five.Views;

    /// <inheritdoc/>
    /// <exception cref="LiftPlusException">The image is smaller than a crop.</exception>
    public override RgbImage Apply(RgbImage image, int view, TransformContext context)
    {
        if (view < _five.Views)
            return _five.Apply(image, view, context);
        PixelBox box = _five.BoxOf(image.Width, image.Height, view - _five.Views);
        using RgbImage part = image.Crop(box with { Left = image.Width - box.Width - box.Left }); // the mirrored image's box
        return HorizontalFlip.Mirror(part);
    }
}
