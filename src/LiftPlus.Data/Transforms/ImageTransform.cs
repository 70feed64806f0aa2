namespace LiftPlus.Data;

/// <summary>
/// Represents one step from image to image. A transform holds only settings and is called from several threads. Derive from it for your own
/// step, and put it into a <see cref="TransformPipeline"/>.
/// </summary>
public abstract class ImageTransform
{
    /// <summary>
    /// Returns the changed image: a new one, a crop or share of <paramref name="image"/>, or <paramref name="image"/> itself.
    /// </summary>
    /// <param name="image">The image so far. Its pixels may be shared, so do not change them. The pipeline disposes it.</param>
    /// <param name="context">Random numbers and progress.</param>
    public abstract RgbImage Apply(RgbImage image, TransformContext context);
}
