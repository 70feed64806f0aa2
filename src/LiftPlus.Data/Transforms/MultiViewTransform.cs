namespace LiftPlus.Data;

/// <summary>Makes several views of one image, each of which goes through the rest of the pipeline.</summary>
public abstract class MultiViewTransform : ImageTransform
{
    /// <summary>Gets the number of views.</summary>
    public abstract int Views { get; }

    /// <summary>Makes view number <paramref name="view"/>.</summary>
    public abstract RgbImage Apply(RgbImage image, int view, TransformContext context);

    /// <inheritdoc/>
    public sealed override RgbImage Apply(RgbImage image, TransformContext context) => Apply(image, 0, context);
}
