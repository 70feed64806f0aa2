using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Represents one image of a dataset and its class.</summary>
/// <param name="Source">Where the image comes from. A path converts implicitly.</param>
/// <param name="Label">The class, 0-based: an index into <c>ImageDataset.ClassNames</c>.</param>
public sealed record LabeledImage(ImageSource Source, int Label)
{
    /// <summary>Gets the image's file, or the name that messages use for an image in memory.</summary>
    public string Name => Source.Name;
}
