using LiftPlus.Backbones;
using LiftPlus.Data;

namespace LiftPlus.Inference;

/// <summary>Creates loaders for inference: in order, without randomness.</summary>
internal static class InferenceLoader
{
    public static BatchLoader Create(
        ImageDataset images,
        PreprocessConfig preprocess,
        TransformPipeline transform,
        InferenceOptions options,
        IImageDecoder? decoder
    ) =>
        new(
            images,
            transform,
            new PixelNormalizer(preprocess.Mean, preprocess.Std),
            new SequentialSampler(),
            new BatchLoaderOptions { BatchSize = BatchSize(options, transform.Views), Unreadable = options.Unreadable },
            decoder
        );

    public static BatchLoader Create(ImageDataset images, PreprocessConfig preprocess, InferenceOptions options, IImageDecoder? decoder) =>
        Create(images, preprocess, Transform(preprocess, options), options, decoder);

    /// <summary>Creates what prepares single images.</summary>
    public static ImagePreparer Preparer(PreprocessConfig preprocess, InferenceOptions options, IImageDecoder decoder)
    {
        TransformPipeline transform = Transform(preprocess, options);
        return new TensorPreparer(
            transform,
            new PixelNormalizer(preprocess.Mean, preprocess.Std),
            decoder,
            BatchSize(options, transform.Views),
            BatchLoaderOptions.DefaultWorkers
        );
    }

    /// <summary>Returns the number of images in a batch; each view counts.</summary>
    private static int BatchSize(InferenceOptions options, int views) => Math.Max(1, options.BatchSize / views);

    /// <summary>Creates the pipeline for one view of an image, five, or ten.</summary>
    public static TransformPipeline Transform(PreprocessConfig preprocess, InferenceOptions options) =>
        options.TestTimeEnsemble
            ? TransformPipeline.TestTimeEnsemble(preprocess.ImageSize, options.Expand, options.MirrorCrops, preprocess.Resizing)
            : TransformPipeline.Evaluation(preprocess.ImageSize, options.Expand, preprocess.Resizing);

    /// <summary>Returns the part of an image that one view shows, or the upper left part of that.</summary>
    /// <param name="preprocess">What the backbone asks for.</param>
    /// <param name="options">Options without an ensemble.</param>
    /// <param name="image">The size of the image.</param>
    /// <param name="seen">The side of the part, in pixels of the view.</param>
    public static PixelBox Region(PreprocessConfig preprocess, InferenceOptions options, ImageSize image, int seen)
    {
        var resize = (Resize)Transform(preprocess, options).Transforms[0];
        (int width, int height) = resize.SizeOf(image.Width, image.Height);
        PixelBox crop = CenterCrop.BoxOf(width, height, preprocess.ImageSize);
        (int left, int right) = Span(crop.Left, image.Width, width);
        (int top, int bottom) = Span(crop.Top, image.Height, height);
        return new PixelBox(left, top, right - left, bottom - top);

        // In pixels of the image, one at least.
        (int Start, int End) Span(int start, int length, int resized)
        {
            double scale = (double)length / resized;
            int first = Math.Min((int)Math.Round(start * scale), length - 1);
            return (first, Math.Clamp((int)Math.Round((start + seen) * scale), first + 1, length));
        }
    }
}
