using LiftPlus.Samples;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>
/// Lists the comparisons on photographs with a ResNet: from the frozen backbone to full fine-tuning, and the parts of LIFT+ that do not
/// need a text tower.
/// </summary>
internal static class PhotoTables
{
    private const double NoRate = 1e-12; // the classifier stays where it starts

    private static readonly FullFineTuningOptions s_withStatistics = new() { UpdateStatistics = true };

    private static readonly Contender s_classMeans = new("class means", builder =>
        builder.UseClassifierOnly().UseLearningRate(NoRate).UseEpochs(1).UseNoAugmentation()
    );

    private static readonly Contender s_head = new("head only", builder => builder.UseClassifierOnly());

    private static readonly Contender s_batchNorm = new("BatchNorm", builder => Tuned(builder));

    private static readonly Contender s_lastStage = new("last stage, rate 0.005", builder =>
        builder.AddFullFineTuning(Last(3)).UseLearningRate(0.005)
    );

    private static readonly Contender s_full = new("full fine-tuning, rate 0.005", builder =>
        builder.AddFullFineTuning().UseLearningRate(0.005)
    );

    public static IReadOnlyList<PaperTable> All { get; } =
    [
        new(
            "full",
            "From the frozen backbone to full fine-tuning",
            [
                new(s_classMeans, Rank.Telling) { Diagnosed = true },
                new(s_head, Rank.Telling) { Diagnosed = true },
                new(s_batchNorm, Rank.Telling) { Diagnosed = true },
                Telling("last block, rate 0.005", builder => builder.AddFullFineTuning(Last(1)).UseLearningRate(0.005)),
                new(s_lastStage, Rank.Telling),
                Further("full fine-tuning", builder => builder.AddFullFineTuning()) with
                {
                    Diagnosed = true,
                },
                new(s_full, Rank.Telling) { Diagnosed = true },
                Further("full fine-tuning, rate 0.001", builder => builder.AddFullFineTuning().UseLearningRate(0.001)),
                Telling("full fine-tuning, statistics too", builder => builder.AddFullFineTuning(s_withStatistics)),
                Telling("full fine-tuning, statistics too, rate 0.005", builder =>
                    builder.AddFullFineTuning(s_withStatistics).UseLearningRate(0.005)
                ),
                Further("BatchNorm, statistics too", builder => builder.AddBatchNormTuning()) with
                {
                    Diagnosed = true,
                },
                Further("SSF", builder => builder.AddSsf()),
                Further("BitFit", builder => builder.AddBitFit()),
                Last("BatchNorm, rate 0.005", builder => Tuned(builder).UseLearningRate(0.005)),
            ]
        ),
        new(
            "init",
            "Initialisations of the classifier",
            [
                new(s_head, Rank.Telling),
                Last("head only, random start", builder => Start(builder.UseClassifierOnly(), ClassifierInitialization.None)),
                Last("head only, linear probing", builder => Start(builder.UseClassifierOnly(), ClassifierInitialization.LinearProbe)),
            ]
        ),
        new(
            "loss",
            "Losses",
            [
                new(s_batchNorm, Rank.Telling),
                Further("BatchNorm, cross-entropy", builder => Tuned(builder).UseCrossEntropy()),
                Last("BatchNorm, LDAM", builder => Tuned(builder).UseLdamLoss()),
                Last("BatchNorm, class-balanced", builder => Tuned(builder).UseClassBalancedLoss()),
                Last("BatchNorm, LADE", builder => Tuned(builder).UseLadeLoss()),
            ]
        ),
        new(
            "augmentation",
            "Augmentation",
            [
                new(s_batchNorm, Rank.Telling),
                Last("BatchNorm, random resized crop, flip", builder => Tuned(builder).UseClassicAugmentation()),
                Last("BatchNorm, none", builder => Tuned(builder).UseNoAugmentation()),
            ]
        ),
        new(
            "tte",
            "Test-time ensembling",
            [
                new(s_batchNorm, Rank.Telling),
                new(new Contender("BatchNorm with five crops", s_batchNorm.Choose), Rank.Telling) { Ensemble = true },
                new(s_full, Rank.Telling),
                new(new Contender("full fine-tuning, rate 0.005, with five crops", s_full.Choose), Rank.Telling) { Ensemble = true },
            ]
        ),
        new(
            "later",
            "What came after LIFT+",
            [
                new(s_batchNorm, Rank.Telling),
                Further("BatchNorm, ImbSAM", builder => Sharp(builder, SharpnessMethod.ImbSam)),
                Further("BatchNorm, moving average", builder =>
                    Tuned(builder).UseTraining(training => training with { AveragingDecay = 0.99 })
                ),
                Last("BatchNorm, SAM", builder => Sharp(builder, SharpnessMethod.Sam)),
            ]
        ),
        new(
            "after",
            "After training",
            [
                new(s_batchNorm, Rank.Telling),
                WiseFt(s_batchNorm),
                new(s_lastStage, Rank.Telling),
                WiseFt(s_lastStage),
                new(s_full, Rank.Telling),
                WiseFt(s_full),
            ]
        ),
    ];

    // The photographs are like those of ImageNet, whose statistics therefore stay.
    private static LongTailFineTunerBuilder Tuned(LongTailFineTunerBuilder builder) =>
        builder.AddBatchNormTuning(new BatchNormTuningOptions { UpdateStatistics = false });

    private static LongTailFineTunerBuilder Sharp(LongTailFineTunerBuilder builder, SharpnessMethod method) =>
        Tuned(builder).UseSharpness(new SharpnessOptions { Method = method });

    private static TableRow Telling(string title, Action<LongTailFineTunerBuilder> choose) =>
        new(new Contender(title, choose), Rank.Telling);

    private static TableRow Further(string title, Action<LongTailFineTunerBuilder> choose) =>
        new(new Contender(title, choose), Rank.Further);

    private static TableRow Last(string title, Action<LongTailFineTunerBuilder> choose) => new(new Contender(title, choose), Rank.Last);

    private static TableRow WiseFt(Contender contender) => Further($"{contender.Name}, WiSE-FT", builder =>
        {
            contender.Choose(builder);
            builder.UseTraining(training => training with { StartShare = 0.5 });
        });

    private static FullFineTuningOptions Last(int blocks) => new() { Layers = LayerSelection.Last(blocks) };

    private static LongTailFineTunerBuilder Start(LongTailFineTunerBuilder builder, ClassifierInitialization initialization) =>
        builder.UseCosineClassifier(initialization: initialization);
}
