using System.Collections.Immutable;

namespace LiftPlus.Data;

/// <summary>Holds what a source lists: images and class names.</summary>
internal sealed record ImageListing(IReadOnlyList<LabeledImage> Images, IReadOnlyList<string> ClassNames)
{
    /// <summary>Gets sentences about what was passed over or looks wrong.</summary>
    public ImmutableArray<string> Remarks { get; init; } = [];
}
