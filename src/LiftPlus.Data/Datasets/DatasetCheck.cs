using System.Collections.Immutable;
using LiftPlus.Data;
using LiftPlus.Messages;

namespace LiftPlus;

/// <summary>
/// Contains the result of a pass over a dataset's files. Each file's header and end are read; a file that seems cut off is decoded. Damage
/// in the middle of a file goes unnoticed. Images in memory are skipped.
/// </summary>
public sealed class DatasetCheck
{
    private const int MaxNamed = 20;

    private static readonly TimeSpan s_reportInterval = TimeSpan.FromMilliseconds(100);

    private readonly ImmutableArray<string?> _faults;

    private DatasetCheck(ImageDataset dataset, ImageSize?[] sizes, string?[] faults)
    {
        Dataset = dataset;
        Sizes = [.. sizes];
        _faults = [.. faults];
        Unreadable =
        [
            .. dataset
                .Zip(faults)
                .Where(entry => entry.Second is not null)
                .Select(entry => new UnreadableImage(entry.First.Name, entry.Second!)),
        ];
    }

    /// <summary>Gets the dataset that was checked.</summary>
    public ImageDataset Dataset { get; }

    /// <summary>
    /// Gets the size of each image according to its file, in the dataset's order; null if it cannot be read or is in memory.
    /// </summary>
    public ImmutableArray<ImageSize?> Sizes { get; }

    /// <summary>Gets the images that cannot be read, in the dataset's order.</summary>
    public ImmutableArray<UnreadableImage> Unreadable { get; }

    /// <summary>Returns the dataset without the images that cannot be read; the same instance if all can be read.</summary>
    /// <exception cref="LiftPlusException">No image can be read.</exception>
    public ImageDataset Readable() =>
        Unreadable.IsEmpty ? Dataset
        : Unreadable.Length < Dataset.Count ? Dataset.Subset(Enumerable.Range(0, Dataset.Count).Where(i => _faults[i] is null))
        : throw Failure();

    /// <summary>Throws if an image cannot be read.</summary>
    /// <exception cref="LiftPlusException">An image cannot be read; the message names the first twenty.</exception>
    public void ThrowIfUnreadable()
    {
        if (!Unreadable.IsEmpty)
            throw Failure();
    }

    internal static DatasetCheck Run(
        ImageDataset dataset,
        IImageDecoder decoder,
        IProgress<DatasetCheckProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var sizes = new ImageSize?[dataset.Count];
        string?[] faults = new string?[dataset.Count];
        int done = 0;
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        var work = Task.Run(() => Parallel.For(0, dataset.Count, options, i =>
                {
                    try
                    {
                        if (dataset[i].Source.IsEncoded)
                            sizes[i] = ImageCheck.Measure(dataset[i].Source, decoder);
                    }
                    catch (Exception e) // of any type: the decoder may be the user's
                    {
                        faults[i] = e is ImageDecodeException unreadable ? unreadable.Found : $"{e.GetType().Name}: {e.Message}";
                    }

                    Interlocked.Increment(ref done);
                }), CancellationToken.None);
        while (Task.WaitAny([work], s_reportInterval) < 0)
            progress?.Report(new DatasetCheckProgress(Volatile.Read(ref done), dataset.Count));
        work.GetAwaiter().GetResult();
        progress?.Report(new DatasetCheckProgress(done, dataset.Count));
        return new DatasetCheck(dataset, sizes, faults);
    }

    private LiftPlusException Failure()
    {
        return new LiftPlusException(
            $"{Unreadable.Length} of {Dataset.Count} images cannot be read; repair or remove them, or choose to skip them.\n  "
                + MessageText.FirstAndRest([.. Unreadable.Select(image => $"'{image.Name}': {image.Reason}")], MaxNamed, "\n  ")
        );
    }
}
