using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.Serving;
using LiftPlus.Texts;

namespace LiftPlus;

/// <summary>Specifies how a trained model, or a CLIP model without training, is served (<c>AddImageClassifier</c>).</summary>
public sealed record ImageClassifierOptions : ClassifierServingOptions, IValidatableObject
{
    /// <summary>
    /// Gets or sets the model's folder, as <see cref="FineTunedModel.Save"/> writes it. Leave it out to classify by
    /// <see cref="ClassNames"/>.
    /// </summary>
    [ServedModel]
    public string Model { get; set; } = "";

    /// <summary>
    /// Gets or sets the names of the classes of a <see cref="ZeroShotClassifier"/> on <see cref="Backbone"/>, which needs no model folder.
    /// </summary>
    /// <value>The default is empty: <see cref="Model"/> has its classes.</value>
    public ImmutableArray<string> ClassNames { get; set; } = [];

    /// <summary>Gets or sets the sentences that <see cref="ClassNames"/> are put into; <c>{}</c> is the place of the name.</summary>
    /// <value>The default is empty: "a photo of a {}."</value>
    public ImmutableArray<string> PromptTemplates { get; set; } = [];

    /// <summary>
    /// Gets or sets the backbone's folder, file or hub id; null for the backbone that the model names. A repository of the hub is taken
    /// from its cache on this machine. It is downloaded only if <see cref="HubOptions"/> are among the services.
    /// </summary>
    public string? Backbone { get; set; }

    /// <summary>
    /// Gets or sets a function that creates the backbone, in place of <see cref="Backbone"/>
    /// (<see cref="ModelLoadOptions.CreateBackbone"/>).
    /// </summary>
    /// <value>The default is null: the backbone is read from files.</value>
    [JsonIgnore]
    public Func<Backbone>? CreateBackbone { get; set; }

    /// <summary>
    /// Gets or sets what the <c>Type</c> names in the model's recipe stand for; add your own methods to <see cref="RecipeJson.BuiltIn"/>.
    /// </summary>
    /// <value>The default is null: the <see cref="ComponentRegistry"/> among the services, or the built-in components.</value>
    [JsonIgnore]
    public ComponentRegistry? Components { get; set; }

    /// <summary>Gets or sets the device: "cpu", "cuda", "cuda:0", or "auto" (the first GPU, if there is one).</summary>
    /// <value>The default value is "auto".</value>
    [Required]
    [RegularExpression(DeviceName.Allowed, ErrorMessage = DeviceName.Choices)]
    public string Device { get; set; } = "auto";

    /// <summary>Gets whether class names take the place of a model folder.</summary>
    internal bool IsZeroShot => !ClassNames.IsDefaultOrEmpty;

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (!IsZeroShot)
            yield break;
        if (string.IsNullOrWhiteSpace(Backbone) && CreateBackbone is null)
            yield return new ValidationResult(
                $"the value is missing. {nameof(ClassNames)} need a CLIP model: give its folder or hub id.",
                [nameof(Backbone)]
            );
        HashSet<string> keys = [];
        foreach ((int label, string name) in ClassNames.Index())
        {
            if (string.IsNullOrWhiteSpace(name) || !keys.Add(ClassName.Key(name)))
                yield return new ValidationResult(
                    $"the value is '{name}'. Give each class a different name.",
                    [$"{nameof(ClassNames)}[{label}]"]
                );
        }

        foreach ((int number, string template) in PromptTemplates.Index())
        {
            if (!template.Contains("{}", StringComparison.Ordinal))
                yield return new ValidationResult(
                    $"the value is '{template}'. Write {{}} in the place of the class name.",
                    [$"{nameof(PromptTemplates)}[{number}]"]
                );
        }
    }
}
