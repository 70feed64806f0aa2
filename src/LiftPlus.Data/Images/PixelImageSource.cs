namespace LiftPlus.Data;

/// <summary>An image's pixels.</summary>
internal sealed class PixelImageSource(Func<RgbImage> load, string name) : ImageSource(name)
{
    public override bool IsEncoded => false;

    internal override bool MayRecover => true;

    internal override RgbImage Load() => load();
}
