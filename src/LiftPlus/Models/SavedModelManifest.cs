using System.Collections.Immutable;

namespace LiftPlus.Models;

/// <summary>Represents the content of <c>recipe.json</c>.</summary>
internal sealed record SavedModelManifest
{
    public const int CurrentSchema = 1;

    public required int SchemaVersion { get; init; }

    public required string LibraryVersion { get; init; }

    public required BackboneIdentity Backbone { get; init; }

    public required ImmutableArray<ClassEntry> Classes { get; init; }

    public required FineTuningRecipe Recipe { get; init; }

    /// <summary>Represents one class, in label order.</summary>
    public sealed record ClassEntry(string Name, int TrainingImages);
}
