namespace LiftPlus;

/// <summary>Specifies which files a dataset is read from.</summary>
public sealed record DatasetReadOptions
{
    /// <summary>
    /// Gets whether files outside the dataset's folder are read: through links in a folder, or through relative paths with <c>..</c> in a
    /// list or table. Absolute paths in a list or table are always read.
    /// </summary>
    /// <value>
    /// The default value is false: links that lead out of the folder are passed over and named in <see cref="ImageDataset.Remarks"/>, class
    /// folders and paths that do so are errors.
    /// </value>
    public bool AllowOutsideRoot { get; init; }

    /// <summary>Gets the decoder whose <see cref="IImageDecoder.FileExtensions"/> are read from folders and tar files.</summary>
    /// <value>The default is null: <see cref="SkiaImageDecoder"/>.</value>
    public IImageDecoder? Decoder { get; init; }
}
