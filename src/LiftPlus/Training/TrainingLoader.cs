using LiftPlus.Backbones;
using LiftPlus.Data;

namespace LiftPlus.Training;

/// <summary>The loader of a recipe's micro-batches.</summary>
internal static class TrainingLoader
{
    public static BatchLoader Create(FineTunedModel model, ImageDataset train, FineTuningServices services)
    {
        PreprocessConfig preprocess = model.Backbone.Config.Preprocess;
        TrainingOptions training = model.Recipe.Training;
        return new BatchLoader(
            train,
            model.Recipe.Augmentation.CreatePipeline(preprocess.ImageSize),
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
