using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace LiftPlus.Models;

/// <summary>
/// Represents the content of <c>recipe.json</c>. Members that are not required are null in files of earlier versions.
/// </summary>
internal sealed record SavedModelManifest
{
    public const int CurrentSchema = 1;

    public required int SchemaVersion { get; init; }

    public required string LibraryVersion { get; init; }

    public required BackboneIdentity Backbone { get; init; }

    /// <summary>Gets where the backbone was; null if it is included, was made in code or is a repository of the hub.</summary>
    public SavedPath? BackbonePath { get; init; }

    /// <summary>Gets where the folder of the vocabulary was, if the recipe names one.</summary>
    public SavedPath? VocabularyPath { get; init; }

    /// <summary>Gets the backbone's weight file in the folder, such as "backbone/model.safetensors"; null if it is elsewhere.</summary>
    public string? IncludedBackbone { get; init; }

    /// <summary>Gets the decoder of the training images (<see cref="DecoderName"/>).</summary>
    public string? Decoder { get; init; }

    /// <summary>Gets the other files of the folder by name; those of the backbone with '/'.</summary>
    public ImmutableSortedDictionary<string, SavedFile>? Files
    {
        get;
        init => field = value?.WithComparers(StringComparer.Ordinal);
    }

    /// <summary>
    /// Gets the number of classes that automatic sizes of methods follow from; null if it is the number of <see cref="Classes"/>.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? SizedFor { get; init; }

    public required ImmutableArray<ClassEntry> Classes { get; init; }

    public required FineTuningRecipe Recipe { get; init; }

    /// <summary>Gets the number of the classifier's rows of each class.</summary>
    [JsonIgnore]
    public ImmutableArray<int> RowCounts => [.. Classes.Select(entry => entry.Rows ?? 1)];

    /// <summary>Represents one class, in label order.</summary>
    public sealed record ClassEntry(string Name, int TrainingImages)
    {
        /// <summary>Gets the number of the classifier's rows, if the class was merged of several; null for one.</summary>
        [Range(1, 1_000_000)]
        public int? Rows { get; init; }
    }
}
