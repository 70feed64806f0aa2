namespace LiftPlus.Samples;

/// <summary>How the samples fine-tune TinyClip, the small CLIP in samples/assets.</summary>
public static class TinyClipTask
{
    /// <summary>Passes over the training images.</summary>
    public const int Epochs = 5;

    /// <summary>Images per step: fewer than LIFT+'s 128, because tasks of a few thousand images need steps.</summary>
    public const int BatchSize = 32;

    /// <summary>Learning rate of the first epoch, LIFT+'s own.</summary>
    public const double LearningRate = 0.02;

    /// <summary>Margin of the five crops in pixels: to 32 pixels what LIFT+'s 24 are to 224, rounded up.</summary>
    public const int EnsembleExpand = 4;

    /// <summary>TinyClip, beside the running program.</summary>
    public static string BackboneFolder { get; } = Path.Combine(AppContext.BaseDirectory, "tiny-clip");

    /// <summary>A builder of a contender on TinyClip.</summary>
    /// <param name="contender">What it changes.</param>
    /// <param name="seed">Seed of initial values, order and augmentation.</param>
    /// <param name="epochs">Epochs, unless the contender has its own.</param>
    /// <param name="batchSize">Images per step.</param>
    /// <param name="learningRate">Learning rate, unless the contender has its own.</param>
    public static LongTailFineTunerBuilder CreateBuilder(
        Contender contender,
        int seed,
        int epochs = Epochs,
        int batchSize = BatchSize,
        double learningRate = LearningRate
    )
    {
        LongTailFineTunerBuilder builder = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(BackboneFolder)
            .UseTraining(training => training with { Seed = seed, Epochs = epochs, BatchSize = batchSize, LearningRate = learningRate });
        contender.Choose(builder);
        return builder;
    }
}
