namespace LiftPlus.Data;

/// <summary>Holds what a source lists: images and class names.</summary>
internal sealed record ImageListing(IReadOnlyList<LabeledImage> Images, IReadOnlyList<string> ClassNames);
