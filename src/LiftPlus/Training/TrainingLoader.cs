using LiftPlus.Backbones;
using LiftPlus.Data;

namespace LiftPlus.Training;

/// <summary>The loader of a recipe's micro-batches.</summary>
internal static class TrainingLoader
{
    public static BatchLoader Create(FineTunedModel model, ImageDataset train, FineTuningServices services)
    {
        PreprocessConfig preprocess = model.Backbone.Config.Preprocess;
        (TrainingOptions training, AugmentationOptions augmentation) = (model.Recipe.Training, model.Recipe.Augmentation);
        return new BatchLoader(
            train,
            TransformPipeline.Training(preprocess.ImageSize, augmentation.Kind, augmentation.Schedule),
            new PixelNormalizer(preprocess.Mean, preprocess.Std),
            model.Recipe.Sampler.CreateSampler(),
            new BatchLoaderOptions
            {
                BatchSize = training.BatchSize / training.AccumulationSteps,
                Workers = training.LoaderWorkers,
                Seed = training.Seed,
                Unreadable = training.Unreadable,
                Cache = services.ImageCache,
            },
            services.Decoder
        );
    }
}
