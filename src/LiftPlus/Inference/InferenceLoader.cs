using LiftPlus.Backbones;
using LiftPlus.Data;

namespace LiftPlus.Inference;

/// <summary>Loaders for looking at images: in order, without chance.</summary>
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
            new BatchLoaderOptions { BatchSize = Math.Max(1, options.BatchSize / transform.Views), Unreadable = options.Unreadable },
            decoder
        );

    public static BatchLoader Create(ImageDataset images, PreprocessConfig preprocess, InferenceOptions options, IImageDecoder? decoder) =>
        Create(images, preprocess, Transform(preprocess, options), options, decoder);

    /// <summary>One view of an image, or five.</summary>
    public static TransformPipeline Transform(PreprocessConfig preprocess, InferenceOptions options) =>
        options.TestTimeEnsemble
            ? TransformPipeline.TestTimeEnsemble(preprocess.ImageSize, options.Expand)
            : TransformPipeline.Evaluation(preprocess.ImageSize, options.Expand);
}
