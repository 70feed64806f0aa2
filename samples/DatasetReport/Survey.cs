using LiftPlus.Data;

namespace LiftPlus.Samples.DatasetReport;

/// <summary>What was found in a dataset.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Unreadable">Images that cannot be read.</param>
/// <param name="Sizes">Width and height of those that can.</param>
/// <param name="Duplicates">Places of images with the same bytes, each group in order.</param>
public sealed record Survey(
    ImageDataset Dataset,
    IReadOnlyList<UnreadableImage> Unreadable,
    IReadOnlyList<ImageSize> Sizes,
    IReadOnlyList<int[]> Duplicates
)
{
    /// <summary>The classes, largest first; empty ones are last.</summary>
    public IReadOnlyList<int> Ranked { get; } =
    [.. Enumerable.Range(0, Dataset.ClassNames.Count).OrderByDescending(label => Dataset.Classes.Counts[label])];

    /// <summary>Duplicates that are not all of one class: at most one of their labels is right.</summary>
    public IReadOnlyList<int[]> Contradictions { get; } =
    [.. Duplicates.Where(group => group.Select(place => Dataset[place].Label).Distinct().Count() > 1)];

    /// <summary>The classes of a group that have images, largest first.</summary>
    public IReadOnlyList<int> ClassesOf(ShotGroup group) =>
        [.. Ranked.Where(label => Dataset.Classes.Counts[label] > 0 && Dataset.Classes.GroupOf(label) == group)];

    /// <summary>Looks at every image's file.</summary>
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
