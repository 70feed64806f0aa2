namespace LiftPlus.Samples;

/// <summary>Fine-tunes TinyClip, the small CLIP in samples/assets, the way all samples do.</summary>
public static class TinyClipTask
{
    /// <summary>The number of passes over the training images.</summary>
    public const int Epochs = 5;

    /// <summary>The images per step. LIFT+'s 128 would make too few steps for a few thousand images.</summary>
    public const int BatchSize = 32;

    /// <summary>The learning rate of the first epoch, as in LIFT+.</summary>
    public const double LearningRate = 0.02;

    /// <summary>Gets the folder of TinyClip, next to the program.</summary>
    public static string BackboneFolder { get; } = Path.Combine(AppContext.BaseDirectory, "tiny-clip");

    /// <summary>Gets the folder of the TinyClip that has only seen other styles: a weak foundation, which leaves room for training.</summary>
    public static string WeakBackboneFolder { get; } = Path.Combine(AppContext.BaseDirectory, "tiny-clip-other-styles");

    /// <summary>Creates a builder for a contender on TinyClip.</summary>
    /// <param name="contender">The contender.</param>
    /// <param name="seed">The seed of initial values, order and augmentation.</param>
    /// <param name="epochs">The number of epochs; the contender may change it.</param>
    /// <param name="batchSize">The images per step.</param>
    /// <param name="learningRate">The learning rate; the contender may change it.</param>
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
