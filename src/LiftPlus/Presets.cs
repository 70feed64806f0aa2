using System.Collections.Immutable;
using LiftPlus.Adapters;
using LiftPlus.Classifiers;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>
/// Whole recipes for the published settings of LIFT+ (arXiv 2504.13282) and what it is compared with. A preset is an ordinary recipe: start from it and
/// change what you like. In json, <c>{ "Preset": "Lift", ... }</c> makes it the base that the rest overrides.
/// </summary>
public static class Presets
{
    /// <summary>LIFT+ (arXiv 2504.13282): AdaptFormer, cosine head from text or class means, logit adjustment, minimalist augmentation, 5 epochs at 0.02.</summary>
    public static FineTuningRecipe LiftPlus { get; } = new();

    /// <summary>LIFT (arXiv 2309.10019): as LIFT+, with classic augmentation, 10 epochs at 0.01.</summary>
    public static FineTuningRecipe Lift { get; } =
        LiftPlus with
        {
            Training = LiftPlus.Training with { Epochs = 10, LearningRate = 0.01 },
            Augmentation = new ClassicAugmentationOptions(),
        };

    /// <summary>
    /// LIFT+ with a frozen backbone: only the head is trained. As the paper has it, with LIFT+'s augmentation: each epoch sees other images, so every
    /// one goes through the backbone again. With <see cref="NoAugmentationOptions"/> features are computed once.
    /// </summary>
    public static FineTuningRecipe LinearProbe { get; } = LiftPlus with { Peft = [] };

    /// <summary>LIFT+ with every parameter of the blocks trained. The paper searches its learning rate between 0.03 and 0.001.</summary>
    public static FineTuningRecipe FullFineTune { get; } = LiftPlus with { Peft = [new FullFineTuningOptions()] };

    /// <summary>LIFT+ with a random part of the blocks' weights trained. The paper searches its learning rate.</summary>
    public static FineTuningRecipe ArbitraryFineTune { get; } = LiftPlus with { Peft = [new ArbitraryFineTuningOptions()] };

    /// <summary>
    /// CoOp (arXiv 2109.01134) with logit adjustment: 16 learned vectors in the prompts, and classes told apart by their texts; 50 epochs at 0.002 in batches of 32.
    /// For CLIP.
    /// </summary>
    public static FineTuningRecipe CoOp { get; } =
        LiftPlus with
        {
            Peft = [new CoOpOptions()],
            Classifier = new TextClassifierOptions(),
            Training = LiftPlus.Training with { Epochs = 50, LearningRate = 0.002, BatchSize = 32 },
            Augmentation = new ClassicAugmentationOptions(),
        };

    /// <summary>CLIP as it is (arXiv 2103.00020): classes told apart by their texts, and nothing trained.</summary>
    public static FineTuningRecipe ZeroShot { get; } = LiftPlus with { Peft = [], Classifier = new TextClassifierOptions() };

    /// <summary>Every preset by its name.</summary>
    public static ImmutableSortedDictionary<string, FineTuningRecipe> All { get; } =
        new Dictionary<string, FineTuningRecipe>
        {
            [nameof(LiftPlus)] = LiftPlus,
            [nameof(Lift)] = Lift,
            [nameof(LinearProbe)] = LinearProbe,
            [nameof(FullFineTune)] = FullFineTune,
            [nameof(ArbitraryFineTune)] = ArbitraryFineTune,
            [nameof(CoOp)] = CoOp,
            [nameof(ZeroShot)] = ZeroShot,
        }.ToImmutableSortedDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The preset of a name; case does not matter.</summary>
    /// <exception cref="LiftPlusException">There is none; the message lists those there are.</exception>
    public static FineTuningRecipe Find(string name) =>
        All.GetValueOrDefault(name)
        ?? throw new LiftPlusException($"There is no preset named '{name}'; the presets are {string.Join(", ", All.Keys)}.");
}
