using System.Collections.Immutable;
using LiftPlus.Backbones;

namespace LiftPlus.Checkpoints;

/// <summary>What <c>recipe.json</c> holds.</summary>
internal sealed record CheckpointManifest
{
    public const int CurrentSchema = 1;

    public required int SchemaVersion { get; init; }

    public required string LibraryVersion { get; init; }

    public required BackboneIdentity Backbone { get; init; }

    public required ImmutableArray<ClassEntry> Classes { get; init; }

    public required FineTuningRecipe Recipe { get; init; }

    /// <summary>One class, in label order.</summary>
    public sealed record ClassEntry(string Name, int TrainingImages);
}

/// <summary>Which backbone a model was trained on: its name, the hash of its frozen weights, and what would silently change the numbers.</summary>
internal sealed record BackboneIdentity(string Name, string Sha256, Activation? Activation, PreprocessConfig Preprocess)
{
    public static BackboneIdentity Of(Backbone backbone, string sha256) =>
        new(
            backbone.Config.Name,
            sha256,
            (backbone.Config.Image as VisionTransformerConfig)?.Activation ?? backbone.Config.Text?.Activation,
            backbone.Config.Preprocess
        );

    /// <summary>Whether both compute the same; names may differ.</summary>
    public bool Matches(BackboneIdentity other) =>
        (Sha256, Activation) == (other.Sha256, other.Activation) && Preprocess == other.Preprocess;
}
