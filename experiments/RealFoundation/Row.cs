namespace LiftPlus.Experiments.RealFoundation;

/// <summary>Represents a line of the table: how a model is trained.</summary>
/// <param name="Name">Its name, which is that of its files.</param>
/// <param name="Build">What it changes of the usual recipe.</param>
internal sealed record Row(string Name, Action<LongTailFineTunerBuilder> Build)
{
    private const int Epochs = 5,
        BatchSize = 32;

    /// <summary>Gets the largest number of training images of a class; null for all.</summary>
    public int? ImagesPerClass { get; init; }

    /// <summary>Gets whether five crops of each test image are classified too.</summary>
    public bool FiveCrops { get; init; } = true;

    /// <summary>Gets whether the distances of training and test features are measured.</summary>
    public bool Diagnostic { get; init; }

    /// <summary>Creates the run of a seed.</summary>
    public LongTailFineTuner CreateTuner(string backbone, int seed)
    {
        LongTailFineTunerBuilder builder = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(backbone)
            .UseCosineClassifier(initialization: ClassifierInitialization.ClassMean)
            .UseEpochs(Epochs)
            .UseBatchSize(BatchSize)
            .UseSeed(seed);
        Build(builder);
        return builder.Build();
    }
}
