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
}
