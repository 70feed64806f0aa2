using System.Collections.Immutable;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Applies transforms in order, from a decoded image to squares of the model's input size. Immutable and thread-safe.</summary>
public sealed class TransformPipeline
{
    private const int PublishedSize = 224,
        PublishedMargin = 24; // of an ensemble at that size

    private readonly ImmutableArray<ImageTransform> _transforms;

    /// <summary>Creates a pipeline of any transforms, built-in or your own.</summary>
    /// <param name="inputSize">The side of the resulting squares. Another size is an error when it occurs.</param>
    /// <param name="transforms">The steps, first to last; at most one may make several views.</param>
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

    private TransformPipeline(Resize resize) => (_transforms, Views) = ([resize], 1);

    /// <summary>Gets the side of the resulting squares; 0 for images of any size.</summary>
    public int InputSize { get; }

    /// <summary>Gets the number of views of one image: 1, 5 with <see cref="FiveCrop"/>, or 10 with <see cref="TenCrop"/>.</summary>
    public int Views { get; }

    /// <summary>Gets the steps, first to last.</summary>
    public IReadOnlyList<ImageTransform> Transforms => _transforms;

    /// <summary>Creates a pipeline for one view: resizes the short side to S + expand and takes the center square.</summary>
    /// <param name="inputSize">The model's input size S.</param>
    /// <param name="expand">The margin in pixels, 0 or more; null for S / 7 rounded down (224 + 32).</param>
    public static TransformPipeline Evaluation(int inputSize, int? expand = null) => Evaluation(inputSize, expand, default);

    /// <summary>
    /// Creates a pipeline for one view as a model asks for it. A squashed image has no margin by default: all of it is seen.
    /// </summary>
    internal static TransformPipeline Evaluation(int inputSize, int? expand, ImageResizing resizing) =>
        new(inputSize, To(inputSize + Margin(expand, resizing.Squash ? 0 : inputSize / 7), resizing), new CenterCrop(inputSize));

    /// <summary>
    /// Creates a pipeline for test-time ensembling: resizes the short side to S + expand and takes the corners and the center, optionally
    /// also those of the mirrored image.
    /// </summary>
    /// <param name="inputSize">The model's input size S.</param>
    /// <param name="expand">The margin in pixels, 0 or more; null for 24 at 224 pixels and in proportion elsewhere, rounded.</param>
    /// <param name="mirror">True for ten views (<see cref="TenCrop"/>), false for five (<see cref="FiveCrop"/>).</param>
    public static TransformPipeline TestTimeEnsemble(int inputSize, int? expand = null, bool mirror = false) =>
        TestTimeEnsemble(inputSize, expand, mirror, default);

    /// <summary>
    /// Creates a pipeline for test-time ensembling as a model asks for it. Where it squashes images, the published crops are taken from a
    /// square that is larger by the margin.
    /// </summary>
    internal static TransformPipeline TestTimeEnsemble(int inputSize, int? expand, bool mirror, ImageResizing resizing) =>
        new(
            inputSize,
            To(inputSize + Margin(expand, EnsembleMargin(inputSize)), resizing),
            mirror ? new TenCrop(inputSize) : new FiveCrop(inputSize)
        );

    /// <summary>Creates a pipeline that resizes an image and keeps all of it.</summary>
    internal static TransformPipeline ResizeOnly(int shortSide, ImageResizing resizing) => new(To(shortSide, resizing));

    /// <summary>Makes the views of an image.</summary>
    /// <param name="image">The image. The pipeline disposes it.</param>
    /// <param name="context">Random numbers and progress.</param>
    /// <returns><see cref="Views"/> images of <see cref="InputSize"/>. The caller disposes each.</returns>
    /// <exception cref="LiftPlusException">The transforms end with another size.</exception>
    public RgbImage[] Apply(RgbImage image, TransformContext context) => Apply(image, 0, context);

    /// <summary>Decodes an image and makes its views. A crop that comes first tells the decoder what to skip.</summary>
    internal RgbImage[] Decode(ReadOnlySpan<byte> encoded, string name, IImageDecoder decoder, TransformContext context)
    {
        if (_transforms is [Resize resize, ..]) // a smaller version of the whole is enough, as long as its short side is
            return Apply(decoder.Decode(encoded, name, size => new PixelBox(0, 0, size.Width, size.Height), resize.ShortSide), context);
        if (_transforms is not [CropTransform crop, ..])
            return Apply(decoder.Decode(encoded, name), context);

        using RgbImage part = decoder.Decode(encoded, name, size => crop.ChooseBox(size.Width, size.Height, context), crop.OutputSize);
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

    // Takes ownership of the image, to which the steps before `step` have been applied.
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

            if (InputSize > 0 && (image.Width != InputSize || image.Height != InputSize))
                throw new LiftPlusException(
                    $"The transforms end at {image.Width}x{image.Height}, the model takes {InputSize}x{InputSize}: "
                        + $"end with CenterCrop({InputSize})."
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

    private static Resize To(int side, ImageResizing resizing) => new(side) { Squash = resizing.Squash, Filter = resizing.Filter };

    // The corners keep the same share of the image at every size: at 32 pixels, 24 more would leave them 57 % of its side.
    private static int EnsembleMargin(int inputSize) => (int)(((long)inputSize * PublishedMargin + PublishedSize / 2) / PublishedSize);

    private static int Margin(int? expand, int normal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(expand ?? 0, nameof(expand));
        return expand ?? normal;
    }
}
