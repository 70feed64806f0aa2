using LiftPlus.Classifiers;

namespace LiftPlus.Samples;

/// <summary>
/// Lists the rows of the tables: the usual methods, the paper's comparisons (arXiv 2504.13282) of LIFT+ with one part replaced, and LIFT+
/// with one of the methods that came later.
/// </summary>
public static class Contenders
{
    /// <summary>Gets the usual methods and LIFT+.</summary>
    public static IReadOnlyList<Contender> Main { get; } =
    [
        new("Zero-shot", builder => builder.UseClassifierOnly().UseTextClassifier()),
        new("Linear probe", builder => builder.UseClassifierOnly()),
        new("Full fine-tuning", builder => builder.AddFullFineTuning()),
        new("LIFT+", _ => { }) { IsMain = true },
    ];

    /// <summary>Gets the paper's comparisons, by the part that they replace.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<Contender>> ByPart { get; } =
        new Dictionary<string, IReadOnlyList<Contender>>
        {
            ["peft"] =
            [
                new("none (head only)", builder => builder.UseClassifierOnly()),
                new("BitFit", builder => builder.AddBitFit()),
                new("LayerNorm tuning", builder => builder.AddLayerNormTuning()),
                new("SSF", builder => builder.AddSsf()),
                new("prompts, shallow", builder => builder.AddShallowPrompts()),
                new("prompts, deep", builder => builder.AddDeepPrompts()),
                new("LoRA", builder => builder.AddLora()),
                new("Adapter", builder => builder.AddBottleneckAdapter()),
                new("AdaptFormer (LIFT+)", builder => builder.AddAdaptFormer()),
                new("AFT", builder => builder.AddArbitraryFineTuning()),
                new("last block, whole", builder =>
                    builder.AddFullFineTuning(new FullFineTuningOptions { Layers = LayerSelection.Last(1) })
                ),
                new("all blocks, whole", builder => builder.AddFullFineTuning()),
            ],
            ["loss"] =
            [
                new("cross-entropy", builder => builder.UseCrossEntropy()),
                new("focal", builder => builder.UseFocalLoss()),
                new("LDAM", builder => builder.UseLdamLoss()),
                new("class-balanced", builder => builder.UseClassBalancedLoss()),
                new("generalised reweight", builder => builder.UseGeneralizedReweightLoss()),
                new("LADE", builder => builder.UseLadeLoss()),
                new("balanced softmax", builder => builder.UseBalancedSoftmaxLoss()),
                new("logit adjustment, tau 0.5", builder => builder.UseLogitAdjustedLoss(0.5)),
                new("logit adjustment (LIFT+)", builder => builder.UseLogitAdjustedLoss()),
                new("logit adjustment, tau 2", builder => builder.UseLogitAdjustedLoss(2)),
            ],
            ["later"] =
            [
                new("neighbour-aware loss (CUE)", builder => builder.UseNeighborAwareLoss()),
                new("SAM", builder => builder.UseSharpness()),
                new("ImbSAM", builder => builder.UseSharpness(new SharpnessOptions { Method = SharpnessMethod.ImbSam })),
                new("Focal-SAM", builder => builder.UseSharpness(new SharpnessOptions { Method = SharpnessMethod.FocalSam })),
                new("GNM", builder => builder.UseSharpness(new SharpnessOptions { Method = SharpnessMethod.GaussianNeighborhood })),
                new("LoRA", builder => builder.AddLora()),
                new("rsLoRA", builder => builder.AddLora(new LoraOptions { RankStabilized = true })),
                new("DoRA", builder => builder.AddLora(new LoraOptions { Dora = true })),
                new("LoRA+", builder => builder.AddLora(new LoraOptions { LearningRateRatio = 16 })),
                new("moving average", builder => builder.UseTraining(training => training with { AveragingDecay = 0.99 })),
                new("nothing later (LIFT+)", _ => { }),
            ],
            ["head"] =
            [
                new("linear", builder => builder.UseLinearClassifier()),
                new("L2-normalised", builder => builder.UseL2NormClassifier()),
                new("LayerNorm", builder => builder.UseLayerNormClassifier()),
                new("cosine (LIFT+)", builder => builder.UseCosineClassifier()),
            ],
            ["init"] =
            [
                new("random", builder => builder.UseCosineClassifier(initialization: ClassifierInitialization.None)),
                new("linear probing", builder => builder.UseCosineClassifier(initialization: ClassifierInitialization.LinearProbe)),
                new("class mean", builder => builder.UseCosineClassifier(initialization: ClassifierInitialization.ClassMean)),
                new("semantic (LIFT+)", builder => builder.UseCosineClassifier(initialization: ClassifierInitialization.Semantic)),
            ],
            ["augmentation"] =
            [
                new("random resized crop, flip", builder => builder.UseClassicAugmentation()),
                new("MDA, min", builder => builder.UseMinimalistAugmentation(ScheduleShape.Min)),
                new("MDA, max", builder => builder.UseMinimalistAugmentation(ScheduleShape.Max)),
                new("MDA, linear", builder => builder.UseMinimalistAugmentation(ScheduleShape.Linear)),
                new("MDA, concave", builder => builder.UseMinimalistAugmentation(ScheduleShape.Concave)),
                new("MDA, convex (LIFT+)", builder => builder.UseMinimalistAugmentation(ScheduleShape.Convex)),
            ],
        };
}
