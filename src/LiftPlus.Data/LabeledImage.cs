using LiftPlus.Data;

namespace LiftPlus;

/// <summary>One image of a dataset and its class.</summary>
/// <param name="Path">The file, or for an image that is in memory the name that messages call it by.</param>
/// <param name="Label">The class, 0-based: a place in <see cref="ImageDataset.ClassNames"/>.</param>
public sealed record LabeledImage(string Path, int Label)
{
    /// <summary>
    /// Gives the pixels of an image that is no file of its own; null (the default) for a file. Called from several threads at once; each call
    /// gives an image that the caller disposes, for example <see cref="RgbImage.Share"/> of one that is held.
    /// </summary>
    public Func<RgbImage>? Load { get; init; }

    /// <summary>
    /// Where the image's encoded bytes lie when they are part of another file, for example of a tar; null (the default) for a file of its own.
    /// The path is then only the name that messages call it by.
    /// </summary>
    public FileRange? Stored { get; init; }
}

/// <summary>A part of a file.</summary>
/// <param name="File">The file.</param>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">Its number of bytes.</param>
public sealed record FileRange(string File, long Offset, long Length);
