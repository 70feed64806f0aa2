namespace LiftPlus.Data;

/// <summary>What a transform gets besides the image: chance and time come in as arguments.</summary>
public sealed class TransformContext
{
    /// <summary>A context of its own for each image of each epoch.</summary>
    /// <param name="random">Random numbers; the same for the same (seed, epoch, image).</param>
    /// <param name="progress">Place in training, 0 (first epoch) to 1 (last); <see cref="Schedule.Progress"/>.</param>
    public TransformContext(RandomSource random, double progress)
    {
        Random = random;
        Progress = progress;
    }

    /// <summary>Random numbers; the same for the same (seed, epoch, image).</summary>
    public RandomSource Random { get; }

    /// <summary>Place in training, 0 to 1.</summary>
    public double Progress { get; }
}

/// <summary>
/// One step from image to image. It holds settings only and is called from several threads at once. Derive from it for a step of your
/// own and put it into a <see cref="TransformPipeline"/>.
/// </summary>
public abstract class ImageTransform
{
    /// <summary>Gives the changed image: a new one, a crop or share of <paramref name="image"/>, or <paramref name="image"/> itself.</summary>
    /// <param name="image">The image so far; its pixels may be shared, so they are only read. The pipeline disposes it.</param>
    /// <param name="context">Random numbers and progress.</param>
    public abstract RgbImage Apply(RgbImage image, TransformContext context);
}

/// <summary>A transform that cuts out a part before anything else. As the first step it lets the decoder leave out the rest of the file.</summary>
public abstract class CropTransform : ImageTransform
{
    /// <summary>Chooses the part of an image of the given size.</summary>
    public abstract PixelBox ChooseBox(int width, int height, TransformContext context);

    /// <summary>The short side that the part is resized to; null (unless overridden) where it is not, so that a decoder must keep its size.</summary>
    public virtual int? OutputSize => null;

    /// <summary>What becomes of the part; as it is unless overridden.</summary>
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

/// <summary>A transform that makes several views of one image, each of which goes through the rest of the pipeline.</summary>
public abstract class MultiViewTransform : ImageTransform
{
    /// <summary>Number of views.</summary>
    public abstract int Views { get; }

    /// <summary>Makes view number <paramref name="view"/>.</summary>
    public abstract RgbImage Apply(RgbImage image, int view, TransformContext context);

    /// <inheritdoc/>
    public sealed override RgbImage Apply(RgbImage image, TransformContext context) => Apply(image, 0, context);
}
