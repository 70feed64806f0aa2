namespace LiftPlus.Data;

/// <summary>One picture of a data set and its class.</summary>
/// <param name="Path">The file, or for a picture that is in memory the name that messages call it by.</param>
/// <param name="Label">The class, 0-based: a place in <see cref="ImageDataset.ClassNames"/>.</param>
public sealed record LabeledImage(string Path, int Label)
{
    /// <summary>
    /// Gives the pixels of a picture that is no file of its own; null (the default) for a file. Called from several threads at once; each call
    /// gives an image that the caller disposes, for example <see cref="RgbImage.Share"/> of one that is held.
    /// </summary>
    public Func<RgbImage>? Load { get; init; }
}
