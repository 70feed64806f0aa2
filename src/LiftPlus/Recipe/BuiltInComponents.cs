using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Losses;
using LiftPlus.Optimization;

namespace LiftPlus.Recipe;

/// <summary>Lists every built-in method, classifier, loss, optimizer and sampler, each with its defaults.</summary>
internal static class BuiltInComponents
{
    public static IReadOnlyList<ComponentOptions> All { get; } =
    [
        new AdaptFormerOptions(),
        new BottleneckAdapterOptions(),
        new LoraOptions(),
        new VisualPromptOptions(),
        new BitFitOptions(),
        new SsfOptions(),
        new ArbitraryFineTuningOptions(),
        new LayerNormTuningOptions(),
        new BatchNormTuningOptions(),
        new FullFineTuningOptions(),
        new ProjectionTuningOptions(),
        new CoOpOptions(),
        new ClipAdapterOptions(),
        new CosineClassifierOptions(),
        new LinearClassifierOptions(),
        new L2NormClassifierOptions(),
        new LayerNormClassifierOptions(),
        new TextClassifierOptions(),
        new CrossEntropyLossOptions(),
        new FocalLossOptions(),
        new LdamLossOptions(),
        new ClassBalancedLossOptions(),
        new GeneralizedReweightLossOptions(),
        new BalancedSoftmaxLossOptions(),
        new LogitAdjustedLossOptions(),
        new LadeLossOptions(),
        new NeighborAwareLossOptions(),
        new SgdOptions(),
        new AdamWOptions(),
        new ShuffleSamplerOptions(),
        new ClassBalancedSamplerOptions(),
        new SquareRootSamplerOptions(),
        new CappedSamplerOptions(),
        new MinimalistAugmentationOptions(),
        new ClassicAugmentationOptions(),
        new NoAugmentationOptions(),
    ];
}
