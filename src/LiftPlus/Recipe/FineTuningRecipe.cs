using System.Collections.Immutable;
using LiftPlus.Adapters;
using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Losses;

namespace LiftPlus;

/// <summary>
/// Specifies everything except the data that determines a fine-tuned model. A recipe is immutable and is saved with the trained weights.
/// The defaults are LIFT+ (arXiv 2504.13282).
/// </summary>
public sealed record FineTuningRecipe
{
    /// <summary>
    /// Gets where the backbone comes from: a folder, a weight file or a repository of the Hugging Face hub. Null if the backbone is made in
    /// code. The recipe of a trained model names the commit: "owner/name@commit".
    /// </summary>
    public string? Backbone { get; init; }

    /// <summary>Gets settings that the backbone's files leave open (heads, activation), and a different image size.</summary>
    /// <value>The default uses everything as the files specify it.</value>
    public BackboneLoadOptions BackboneOptions { get; init; } = new();

    /// <summary>
    /// Gets the fine-tuning methods that are attached to the backbone, in order. If empty, only the classifier is trained.
    /// </summary>
    /// <value>The default is AdaptFormer in every block.</value>
    public ImmutableArray<PeftOptions> Peft { get; init; } = [new AdaptFormerOptions()];

    /// <summary>Gets the classifier.</summary>
    /// <value>The default is a cosine classifier with scale 25.</value>
    public ClassifierOptions Classifier { get; init; } = new CosineClassifierOptions();

    /// <summary>Gets how the classifier's weights are initialised.</summary>
    /// <value>The default is semantic initialisation if the backbone has a text encoder, else class means.</value>
    public ClassifierInitialization Initialization { get; init; } = ClassifierInitialization.Auto;

    /// <summary>Gets sentences for semantic initialisation and zero-shot classification; their features are averaged.</summary>
    /// <value>The default is "a photo of a {}."</value>
    public ImmutableArray<string> PromptTemplates { get; init; } = LiftPlus.PromptTemplates.Single;

    /// <summary>
    /// Gets texts for individual classes by class name, in place of the templates: "a small bird with a red breast". Their features are
    /// averaged. Classes that are not listed use the templates.
    /// </summary>
    /// <value>The default is empty.</value>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> ClassDescriptions
    {
        get;
        init => field = value.WithComparers(StringComparer.Ordinal); // the same order in every culture
    } = ImmutableSortedDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal);

    /// <summary>Gets the training loss.</summary>
    /// <value>The default is logit adjustment with τ = 1.</value>
    public LossOptions Loss { get; init; } = new LogitAdjustedLossOptions();

    /// <summary>Gets epochs, learning rate, batch size and seed.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Gets which training images an epoch uses, and in which order.</summary>
    /// <value>The default is every image once in random order: LIFT+ leaves balancing to the loss.</value>
    public SamplerOptions Sampler { get; init; } = new ShuffleSamplerOptions();

    /// <summary>Gets how training images are augmented.</summary>
    /// <value>The default is minimalist augmentation with the convex schedule.</value>
    public AugmentationOptions Augmentation { get; init; } = new MinimalistAugmentationOptions();

    /// <summary>Gets how images are prepared for the trained model.</summary>
    public InferenceOptions Inference { get; init; } = new();
}
