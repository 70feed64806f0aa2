namespace LiftPlus.Cli.Checking;

/// <summary>Represents what was found in a dataset.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Unreadable">The images that cannot be read.</param>
/// <param name="Sizes">The sizes of the readable images.</param>
/// <param name="Duplicates">Groups of images with the same bytes, as ascending indices into the dataset.</param>
internal sealed record Survey(
    ImageDataset Dataset,
    IReadOnlyList<UnreadableImage> Unreadable,
    IReadOnlyList<ImageSize> Sizes,
    IReadOnlyList<int[]> Duplicates
)
{
    /// <summary>Gets the classes, largest first; empty classes come last.</summary>
    public IReadOnlyList<int> Ranked { get; } =
    [.. Enumerable.Range(0, Dataset.ClassNames.Count).OrderByDescending(label => Dataset.Classes.Counts[label])];

    /// <summary>Gets the duplicates with different labels, of which at most one is right.</summary>
    public IReadOnlyList<int[]> Contradictions { get; } =
    [.. Duplicates.Where(group => group.Select(place => Dataset[place].Label).Distinct().Count() > 1)];

    /// <summary>Gets the classes of a group that have images, largest first.</summary>
    public IReadOnlyList<int> ClassesOf(ShotGroup group) =>
        [.. Ranked.Where(label => Dataset.Classes.Counts[label] > 0 && Dataset.Classes.GroupOf(label) == group)];

    /// <summary>Checks every image of a dataset.</summary>
    public static Survey Of(
        ImageDataset dataset,
        IProgress<DatasetCheckProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        DatasetCheck check = dataset.Check(progress: progress, cancellationToken: cancellationToken);
        ImageSize[] sizes = [.. check.Sizes.Select((size, place) => size ?? SizeInMemory(dataset[place])).OfType<ImageSize>()];
        return new Survey(dataset, check.Unreadable, sizes, Copies.Find(dataset, cancellationToken));
    }

    private static ImageSize? SizeInMemory(LabeledImage labeled)
    {
        if (labeled.Source.IsEncoded)
            return null;
        using RgbImage image = new SkiaImageDecoder().Decode(labeled.Source);
        return new ImageSize(image.Width, image.Height);
    }
}
