using System.Collections.Immutable;
using LiftPlus.Adapters;
using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Losses;

namespace LiftPlus;

/// <summary>
/// Everything that determines a fine-tuned model but the data: immutable, written beside the trained weights, and LIFT+ (arXiv 2504.13282)
/// unless said otherwise.
/// </summary>
public sealed record FineTuningRecipe
{
    /// <summary>
    /// Where the backbone comes from: a folder, a weight file or a repository of the Hugging Face hub. Null when the caller supplies it as an object.
    /// A trained model's recipe names the commit: "owner/name@commit".
    /// </summary>
    public string? Backbone { get; init; }

    /// <summary>What the backbone's files leave open (heads, activation), and another image size for it.</summary>
    /// <value>The default takes everything as the files have it.</value>
    public BackboneLoadOptions BackboneOptions { get; init; } = new();

    /// <summary>The fine-tuning methods put on the backbone, in order; none leaves only the head to train.</summary>
    /// <value>The default is AdaptFormer in every block.</value>
    public ImmutableArray<PeftOptions> Peft { get; init; } = [new AdaptFormerOptions()];

    /// <summary>The head.</summary>
    /// <value>The default is a cosine head with scale 25.</value>
    public ClassifierOptions Classifier { get; init; } = new CosineClassifierOptions();

    /// <summary>Where the head's first weights come from.</summary>
    /// <value>The default is semantic where the backbone has a text tower, else class mean.</value>
    public ClassifierInitialization Initialization { get; init; } = ClassifierInitialization.Auto;

    /// <summary>Sentences for semantic initialisation and zero-shot classification; their features are averaged.</summary>
    /// <value>The default is "a photo of a {}."</value>
    public ImmutableArray<string> PromptTemplates { get; init; } = LiftPlus.PromptTemplates.Single;

    /// <summary>
    /// Texts of single classes, by class name, in place of the templates: "a small bird with a red breast". Their features are averaged. Classes that
    /// are not listed keep the templates.
    /// </summary>
    /// <value>The default is none.</value>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> ClassDescriptions
    {
        get;
        init => field = value.WithComparers(StringComparer.Ordinal); // the same order in every culture
    } = ImmutableSortedDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal);

    /// <summary>The training loss.</summary>
    /// <value>The default is logit adjustment with τ = 1.</value>
    public LossOptions Loss { get; init; } = new LogitAdjustedLossOptions();

    /// <summary>Epochs, rates, batch size and seed.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Which training images an epoch takes, and in which order.</summary>
    /// <value>The default is every image once, shuffled: LIFT+ leaves the balance to the loss.</value>
    public SamplerOptions Sampler { get; init; } = new ShuffleSamplerOptions();

    /// <summary>How training images are varied.</summary>
    /// <value>The default is minimalist augmentation with the convex schedule.</value>
    public AugmentationOptions Augmentation { get; init; } = new MinimalistAugmentationOptions();

    /// <summary>How the trained model looks at an image.</summary>
    public InferenceOptions Inference { get; init; } = new();
}
