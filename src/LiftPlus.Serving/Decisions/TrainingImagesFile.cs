using System.Collections.Immutable;

namespace LiftPlus.Decisions;

/// <summary>Represents the names and labels of training images as JSON shows them. Their features are in another file.</summary>
internal sealed record TrainingImagesFile
{
    public const int CurrentSchema = 1;

    public required int SchemaVersion { get; init; }

    public required ImmutableArray<string> Names { get; init; }

    public required ImmutableArray<int> Labels { get; init; }
}
