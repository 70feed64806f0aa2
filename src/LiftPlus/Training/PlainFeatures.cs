using LiftPlus.Data;
using LiftPlus.Inference;
using LiftPlus.Processes;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>Encodes training images before training, in the plain transform: resized without a margin, and cropped.</summary>
internal static class PlainFeatures
{
    /// <summary>
    /// Calls <paramref name="use"/> for every batch with the positions of its images and their features (B, D), inside a dispose scope.
    /// </summary>
    public static void ForEach(
        Backbone backbone,
        FineTuningRecipe recipe,
        ImageDataset images,
        FineTuningServices services,
        IProgress<TrainingProgress>? progress,
        Action<IReadOnlyList<int>, Tensor> use,
        CancellationToken cancellationToken
    )
    {
        using BatchLoader loader = InferenceLoader.Create(
            images,
            backbone.Config.Preprocess,
            TransformPipeline.Evaluation(backbone.Config.Preprocess.ImageSize, expand: 0, backbone.Config.Preprocess.Resizing),
            recipe.Inference with
            {
                TestTimeEnsemble = false,
                Unreadable = recipe.Training.Unreadable,
            },
            services.Decoder
        );
        int done = 0;
        SharedPass.ForEach(
            services.Processes,
            loader,
            backbone.Device,
            batch => backbone.EncodeImage(batch.Images.to(backbone.Device)),
            (places, features) =>
            {
                use(places, features);
                progress?.Report(
                    new TrainingProgress
                    {
                        Phase = TrainingPhase.Preparing,
                        Done = ++done,
                        Total = loader.BatchCount,
                        Epochs = recipe.Training.Epochs,
                    }
                );
            },
            cancellationToken
        );
    }
}
