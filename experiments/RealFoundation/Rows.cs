namespace LiftPlus.Experiments.RealFoundation;

/// <summary>Lists the table, the most important rows first.</summary>
internal static class Rows
{
    private const double NoRate = 1e-12; // the classifier stays where it starts

    public static IReadOnlyList<Row> All { get; } =
    [
        new("class-means", builder => builder.UseClassifierOnly().UseLearningRate(NoRate).UseEpochs(1).UseNoAugmentation())
        {
            Diagnostic = true,
        },
        new("class-means-15", builder => builder.UseClassifierOnly().UseLearningRate(NoRate).UseEpochs(1).UseNoAugmentation())
        {
            ImagesPerClass = 15,
            FiveCrops = false,
        },
        new("head", builder => builder.UseClassifierOnly()) { Diagnostic = true },
        new("batchnorm", builder => builder.AddBatchNormTuning()) { Diagnostic = true },
        new("full-0.005", builder => builder.AddFullFineTuning().UseLearningRate(0.005)) { Diagnostic = true },
        new("full-0.02", builder => builder.AddFullFineTuning()) { Diagnostic = true },
        new("full-0.001", builder => builder.AddFullFineTuning().UseLearningRate(0.001)),
        new("bitfit", builder => builder.AddBitFit()),
        new("bitfit-0.005", builder => builder.AddBitFit().UseLearningRate(0.005)),
        new("batchnorm-0.005", builder => builder.AddBatchNormTuning().UseLearningRate(0.005)),
        new("ssf", builder => builder.AddSsf()),
        new("last-block-0.02", builder => builder.AddFullFineTuning(Last(1))),
        new("last-block-0.005", builder => builder.AddFullFineTuning(Last(1)).UseLearningRate(0.005)),
        new("last-stage-0.005", builder => builder.AddFullFineTuning(Last(3)).UseLearningRate(0.005)),
        new("head-random-start", builder => Start(builder.UseClassifierOnly(), ClassifierInitialization.None)),
        new("head-linear-probe", builder => Start(builder.UseClassifierOnly(), ClassifierInitialization.LinearProbe)),
        new("bitfit-random-start", builder => Start(builder.AddBitFit(), ClassifierInitialization.None)),
        new("bitfit-cross-entropy", builder => builder.AddBitFit().UseCrossEntropy()),
        new("bitfit-focal", builder => builder.AddBitFit().UseFocalLoss()),
        new("bitfit-ldam", builder => builder.AddBitFit().UseLdamLoss()),
        new("bitfit-class-balanced", builder => builder.AddBitFit().UseClassBalancedLoss()),
        new("bitfit-lade", builder => builder.AddBitFit().UseLadeLoss()),
        new("full-0.005-cross-entropy", builder => builder.AddFullFineTuning().UseLearningRate(0.005).UseCrossEntropy()),
        new("bitfit-classic-augmentation", builder => builder.AddBitFit().UseClassicAugmentation()),
        new("bitfit-no-augmentation", builder => builder.AddBitFit().UseNoAugmentation()),
        new("full-0.005-classic-augmentation", builder => builder.AddFullFineTuning().UseLearningRate(0.005).UseClassicAugmentation()),
    ];

    private static FullFineTuningOptions Last(int blocks) => new() { Layers = LayerSelection.Last(blocks) };

    private static LongTailFineTunerBuilder Start(LongTailFineTunerBuilder builder, ClassifierInitialization initialization) =>
        builder.UseCosineClassifier(initialization: initialization);
}
