using System.Collections.Immutable;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Which training crop a pipeline starts with.</summary>
public enum AugmentationKind
{
    /// <summary>Square crops that grow over training, nothing else (<see cref="MinimalistCrop"/>): LIFT+.</summary>
    Minimalist,

    /// <summary>Random resized crop and horizontal flip: LIFT and most others.</summary>
    Classic,

    /// <summary>None: the view of evaluation, the same in every epoch. A head that is trained alone then needs each image's feature only once.</summary>
    None,
}

/// <summary>Transforms in order, from a decoded image to squares of the model's input size. Immutable, used by several threads at once.</summary>
public sealed class TransformPipeline
{
    private readonly ImmutableArray<ImageTransform> _transforms;

    /// <summary>A pipeline of any transforms, built-in or your own.</summary>
    /// <param name="inputSize">Sides of the squares that come out; anything else is an error when it happens.</param>
    /// <param name="transforms">The steps, first to last; at most one makes several views.</param>
    /// <exception cref="LiftPlusException">More than one step makes several views.</exception>
    public TransformPipeline(int inputSize, params IEnumerable<ImageTransform> transforms)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        InputSize = inputSize;
        _transforms = [.. transforms];
        MultiViewTransform[] multiple = [.. _transforms.OfType<MultiViewTransform>()];
        if (multiple.Length > 1)
            throw new LiftPlusException(
                $"{multiple.Length} transforms make several views ({string.Join(", ", multiple.Select(t => t.GetType().Name))}); keep one."
            );
        Views = multiple is [MultiViewTransform only] ? only.Views : 1;
    }

    /// <summary>Sides of the squares that come out.</summary>
    public int InputSize { get; }

    /// <summary>Views made of one image: 1, or 5 with <see cref="FiveCrop"/>.</summary>
    public int Views { get; }

    /// <summary>The steps, first to last.</summary>
    public IReadOnlyList<ImageTransform> Transforms => _transforms;

    /// <summary>The training pipeline.</summary>
    /// <param name="inputSize">The model's input size S.</param>
    /// <param name="kind">Minimalist (LIFT+) unless given.</param>
    /// <param name="shape">How the minimalist crop grows; the classic crop does not use it.</param>
    public static TransformPipeline Training(
        int inputSize,
        AugmentationKind kind = AugmentationKind.Minimalist,
        ScheduleShape shape = ScheduleShape.Convex
    ) =>
        kind switch
        {
            AugmentationKind.Minimalist => new(inputSize, new MinimalistCrop(inputSize, shape)),
            AugmentationKind.Classic => new(inputSize, new RandomResizedCrop(inputSize), new HorizontalFlip()),
            AugmentationKind.None => Evaluation(inputSize),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };

    /// <summary>One view: the short side to S + expand, then the centre square.</summary>
    /// <param name="inputSize">The model's input size S.</param>
    /// <param name="expand">Margin in pixels, 0 or more; S / 7 rounded down unless given (224 + 32).</param>
    public static TransformPipeline Evaluation(int inputSize, int? expand = null) =>
        new(inputSize, new Resize(inputSize + Margin(expand, inputSize / 7)), new CenterCrop(inputSize));

    /// <summary>Five views for test-time ensembling: the short side to S + expand, then the corners and the centre.</summary>
    /// <param name="inputSize">The model's input size S.</param>
    /// <param name="expand">Margin in pixels, 0 or more; 24 unless given.</param>
    public static TransformPipeline TestTimeEnsemble(int inputSize, int? expand = null) =>
        new(inputSize, new Resize(inputSize + Margin(expand, 24)), new FiveCrop(inputSize));

    /// <summary>Makes the views of an image.</summary>
    /// <param name="image">The image; disposed.</param>
    /// <param name="context">Random numbers and progress.</param>
    /// <returns><see cref="Views"/> images of <see cref="InputSize"/>, each to be disposed.</returns>
    /// <exception cref="LiftPlusException">An image comes out in another size.</exception>
    public RgbImage[] Apply(RgbImage image, TransformContext context) => Apply(image, 0, context);

    /// <summary>Reads an image and makes its views. A crop that comes first tells the decoder what it need not decode.</summary>
    internal RgbImage[] Read(LabeledImage image, IImageDecoder decoder, TransformContext context)
    {
        if (image.Load is not null)
            return Apply(image.Load(), context);

        using PooledFile file = PooledFile.Read(image);
        return Read(file.Bytes, image.Path, decoder, context);
    }

    /// <summary>Decodes an image and makes its views, as above.</summary>
    internal RgbImage[] Read(ReadOnlySpan<byte> encoded, string name, IImageDecoder decoder, TransformContext context)
    {
        if (_transforms is [Resize resize, ..])
            return Apply(decoder.Decode(encoded, name, new WholeImage(resize.ShortSide), context), context);
        if (_transforms is not [CropTransform crop, ..])
            return Apply(decoder.Decode(encoded, name), context);

        using RgbImage part = decoder.Decode(encoded, name, crop, context);
        RgbImage image = crop.Finish(part, context);
        return Apply(ReferenceEquals(image, part) ? part.Share() : image, 1, context);
    }

    private RgbImage[] Apply(RgbImage image, int step, TransformContext context)
    {
        var views = new RgbImage[Views];
        try
        {
            Run(image, step, context, views, 0);
        }
        catch
        {
            foreach (RgbImage? view in views)
                view?.Dispose();
            throw;
        }

        return views;
    }

    // Takes ownership of the image, which has the steps before `step` behind it.
    private void Run(RgbImage image, int step, TransformContext context, RgbImage[] views, int view)
    {
        bool kept = false;
        try
        {
            for (; step < _transforms.Length; step++)
            {
                if (_transforms[step] is MultiViewTransform multiple)
                {
                    for (int v = 0; v < multiple.Views; v++)
                        Run(multiple.Apply(image, v, context), step + 1, context, views, v);
                    return;
                }

                RgbImage next;
                if (_transforms[step] is Resize resize && step + 1 < _transforms.Length && _transforms[step + 1] is CenterCrop centre)
                {
                    next = resize.Apply(image, centre, context); // only the pixels that the crop keeps
                    step++;
                }
                else
                {
                    next = _transforms[step].Apply(image, context);
                }

                if (!ReferenceEquals(next, image))
                    image.Dispose();
                image = next;
            }

            if (image.Width != InputSize || image.Height != InputSize)
                throw new LiftPlusException(
                    $"The transforms end at {image.Width}x{image.Height}, the model takes {InputSize}x{InputSize}: end with CenterCrop({InputSize})."
                );
            views[view] = image;
            kept = true;
        }
        finally
        {
            if (!kept)
                image.Dispose();
        }
    }

    // Tells a decoder that reduces that a smaller image will do, as long as its short side is enough.
    private sealed class WholeImage(int shortSide) : CropTransform
    {
        public override int? OutputSize => shortSide;

        public override PixelBox ChooseBox(int width, int height, TransformContext context) => new(0, 0, width, height);
    }

    private static int Margin(int? expand, int normal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(expand ?? 0, nameof(expand));
        return expand ?? normal;
    }
}
