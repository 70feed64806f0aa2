using System.Text.Json.Nodes;
using LiftPlus.Backbones.Loading;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Families;

/// <summary>
/// Represents one form in which a family's weights are published: the names of the tensors and the description beside them.
/// </summary>
internal sealed record PublishedForm
{
    /// <summary>Gets the library whose names these are.</summary>
    public required WeightNaming Naming { get; init; }

    /// <summary>Gets the names of the tensors.</summary>
    public required KeyMap Names { get; init; }

    /// <summary>Gets whether the form has a text tower.</summary>
    /// <value>The default value is false.</value>
    public bool HasText { get; init; }

    /// <summary>Gets the activation that weights in this form usually have; null if there is only ReLU.</summary>
    public Activation? UsualActivation { get; init; }

    /// <summary>Gets the name of the weight file in a folder.</summary>
    public string WeightFile { get; init; } = "model.safetensors";

    /// <summary>Gets the name of the main description.</summary>
    public string DescriptionFile { get; init; } = "config.json";

    /// <summary>Gets whether the authors' own files have this form, whose names are a library's.</summary>
    public bool IsOriginal { get; init; }

    /// <summary>Gets whose way of resampling position embeddings belongs to the form.</summary>
    public PositionResampling Resampling =>
        IsOriginal ? PositionResampling.Original
        : Naming == WeightNaming.HuggingFace ? PositionResampling.Transformers
        : PositionResampling.Timm;

    /// <summary>
    /// Gets whether the weight file says everything itself, so that no description beside it is read and nothing is assumed.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool DescribesItself { get; init; }

    /// <summary>Gets whether the weights cannot be read without their description.</summary>
    public bool NeedsDescription
    {
        get => field || Naming == WeightNaming.HuggingFace;
        init;
    }

    /// <summary>Gets the function that reads an architecture from tensors and description; it leaves the name empty.</summary>
    public required Func<DescriptionReader, BackboneConfig> Read { get; init; }

    /// <summary>Gets the function that creates the descriptions of an architecture by file name; null if the form is only read.</summary>
    public Func<BackboneConfig, Dictionary<string, JsonObject>>? Describe { get; init; }

    /// <summary>
    /// Gets the function that returns whether the form can express an architecture of its family; null if it can express all.
    /// </summary>
    public Func<BackboneConfig, bool>? Suits { get; init; }

    /// <summary>Returns whether a whole architecture can be written in the form.</summary>
    public bool Expresses(BackboneConfig config) =>
        Describe is not null && HasText == (config.Text is not null) && (Suits?.Invoke(config) ?? true);
}
