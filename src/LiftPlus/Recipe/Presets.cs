using System.Collections.Immutable;
using LiftPlus.Adapters;
using LiftPlus.Classifiers;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>
/// Provides complete recipes for the published settings of LIFT+ (arXiv 2504.13282) and of the methods it is compared with. A preset is an
/// ordinary recipe: start from it and change what you like. In JSON, <c>{ "Preset": "Lift", ... }</c> is the base that the other settings
/// override.
/// </summary>
public static class Presets
{
    /// <summary>
    /// Gets LIFT+ (arXiv 2504.13282): AdaptFormer, a cosine classifier initialised from texts or class means, logit adjustment, minimalist
    /// augmentation, 5 epochs at 0.02.
    /// </summary>
    public static FineTuningRecipe LiftPlus { get; } = new();

    /// <summary>Gets LIFT (arXiv 2309.10019): like LIFT+, with classic augmentation and 10 epochs at 0.01.</summary>
    public static FineTuningRecipe Lift { get; } =
        LiftPlus with
        {
            Training = LiftPlus.Training with { Epochs = 10, LearningRate = 0.01 },
            Augmentation = new ClassicAugmentationOptions(),
        };

    /// <summary>
    /// Gets LIFT+ with a frozen backbone, of which only the classifier is trained. As in the paper it uses LIFT+'s augmentation, so images
    /// differ in every epoch and go through the backbone again. With <see cref="NoAugmentationOptions"/> features are computed once.
    /// </summary>
    public static FineTuningRecipe LinearProbe { get; } = LiftPlus with { Peft = [] };

    /// <summary>
    /// Gets LIFT+ with all parameters of the blocks trained. The paper searches its learning rate between 0.03 and 0.001.
    /// </summary>
    public static FineTuningRecipe FullFineTune { get; } = LiftPlus with { Peft = [new FullFineTuningOptions()] };

    /// <summary>Gets LIFT+ with a random part of the blocks' weights trained. The paper searches its learning rate.</summary>
    public static FineTuningRecipe ArbitraryFineTune { get; } = LiftPlus with { Peft = [new ArbitraryFineTuningOptions()] };

    /// <summary>
    /// Gets CoOp (arXiv 2109.01134) with logit adjustment: 16 learned vectors in the prompts, a text classifier, 50 epochs at 0.002 in
    /// batches of 32. For CLIP.
    /// </summary>
    public static FineTuningRecipe CoOp { get; } =
        LiftPlus with
        {
            Peft = [new CoOpOptions()],
            Classifier = new TextClassifierOptions(),
            Training = LiftPlus.Training with { Epochs = 50, LearningRate = 0.002, BatchSize = 32 },
            Augmentation = new ClassicAugmentationOptions(),
        };

    /// <summary>Gets zero-shot CLIP (arXiv 2103.00020): classes are recognised by their texts, and nothing is trained.</summary>
    public static FineTuningRecipe ZeroShot { get; } = LiftPlus with { Peft = [], Classifier = new TextClassifierOptions() };

    /// <summary>Gets all presets by name.</summary>
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

    /// <summary>Returns the preset with this name; case does not matter.</summary>
    /// <exception cref="LiftPlusException">The name is unknown; the message lists the known ones.</exception>
    public static FineTuningRecipe Find(string name) =>
        All.GetValueOrDefault(name)
        ?? throw new LiftPlusException($"There is no preset named '{name}'; the presets are {string.Join(", ", All.Keys)}.");
}
