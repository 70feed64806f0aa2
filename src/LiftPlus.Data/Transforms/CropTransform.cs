namespace LiftPlus.Data;

/// <summary>Cuts out a part before anything else. As a pipeline's first step it lets the decoder skip the rest of the file.</summary>
public abstract class CropTransform : ImageTransform
{
    /// <summary>Chooses the part of an image of the given size.</summary>
    public abstract PixelBox ChooseBox(int width, int height, TransformContext context);

    /// <summary>Gets the short side that the part is resized to; null, the default, if it keeps its size.</summary>
    public virtual int? OutputSize => null;

    /// <summary>Returns the result for the chosen part; by default the part itself.</summary>
    /// <param name="part">The chosen part. The pipeline disposes it.</param>
    /// <param name="context">Random numbers and progress.</param>
    public virtual RgbImage Finish(RgbImage part, TransformContext context) => part;

    /// <inheritdoc/>
    public sealed override RgbImage Apply(RgbImage image, TransformContext context)
    {
        RgbImage part = image.Crop(ChooseBox(image.Width, image.Height, context));
        RgbImage result = Finish(part, context);
        if (!ReferenceEquals(result, part))
            part.Dispose();
        return result;
    }
}
