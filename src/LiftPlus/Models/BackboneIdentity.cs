using LiftPlus.Backbones;

namespace LiftPlus.Models;

/// <summary>
/// Identifies the backbone that a model was trained on: its name, the hash of its frozen weights, and settings that would silently change
/// the numbers.
/// </summary>
internal sealed record BackboneIdentity(string Name, string Sha256, Activation? Activation, PreprocessConfig Preprocess)
{
    public static BackboneIdentity From(Backbone backbone, string sha256) =>
        new(
            backbone.Config.Name,
            sha256,
            (backbone.Config.Image as VisionTransformerConfig)?.Activation ?? backbone.Config.Text?.Activation,
            backbone.Config.Preprocess
        );

    /// <summary>Returns whether both compute the same; names may differ.</summary>
    public bool Matches(BackboneIdentity other) =>
        (Sha256, Activation) == (other.Sha256, other.Activation) && Preprocess == other.Preprocess;
}
