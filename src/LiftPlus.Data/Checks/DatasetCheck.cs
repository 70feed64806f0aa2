using System.Collections.Immutable;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>How far a check is.</summary>
/// <param name="Checked">Images done.</param>
/// <param name="Count">Images in all.</param>
public readonly record struct DatasetCheckProgress(int Checked, int Count);

/// <summary>
/// What a pass over a dataset's files found: each file's header and end are read, and a file that seems cut off is decoded. Damage in the
/// middle of a file goes unseen. Images in memory have no file and are passed over.
/// </summary>
public sealed class DatasetCheck
{
    private const int MostNamed = 20;

    private static readonly TimeSpan s_reportEvery = TimeSpan.FromMilliseconds(100);

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
                .Select(entry => new UnreadableImage(entry.First.Path, entry.Second!)),
        ];
    }

    /// <summary>What was checked.</summary>
    public ImageDataset Dataset { get; }

    /// <summary>Width and height of each image as its file has them, in the dataset's order; null where it cannot be read or is in memory.</summary>
    public ImmutableArray<ImageSize?> Sizes { get; }

    /// <summary>The images that cannot be read, in the dataset's order.</summary>
    public ImmutableArray<UnreadableImage> Unreadable { get; }

    /// <summary>The dataset without the images that cannot be read; the same one where all can.</summary>
    /// <exception cref="LiftPlusException">None can.</exception>
    public ImageDataset Readable() =>
        Unreadable.IsEmpty ? Dataset
        : Unreadable.Length < Dataset.Count ? Dataset.Subset(Enumerable.Range(0, Dataset.Count).Where(i => _faults[i] is null))
        : throw Failure();

    /// <summary>Passes when every image can be read.</summary>
    /// <exception cref="LiftPlusException">Some cannot; the message names the first twenty.</exception>
    public void ThrowIfUnreadable()
    {
        if (!Unreadable.IsEmpty)
            throw Failure();
    }

    internal static DatasetCheck Run(
        ImageDataset dataset,
        IImageDecoder decoder,
        IProgress<DatasetCheckProgress>? progress,
        CancellationToken ct
    )
    {
        var sizes = new ImageSize?[dataset.Count];
        string?[] faults = new string?[dataset.Count];
        int done = 0;
        var work = Task.Run(
            () =>
                Parallel.For(
                    0,
                    dataset.Count,
                    new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = Environment.ProcessorCount },
                    i =>
                    {
                        try
                        {
                            if (dataset[i].Load is null)
                                sizes[i] = ImageCheck.Measure(dataset[i], decoder);
                        }
                        catch (Exception e)
                        {
                            faults[i] = e is ImageDecodeException unreadable ? unreadable.Found : $"{e.GetType().Name}: {e.Message}"; // a decoder of the user's own
                        }

                        Interlocked.Increment(ref done);
                    }
                ),
            CancellationToken.None
        );
        while (Task.WaitAny([work], s_reportEvery) < 0)
            progress?.Report(new DatasetCheckProgress(Volatile.Read(ref done), dataset.Count));
        work.GetAwaiter().GetResult();
        progress?.Report(new DatasetCheckProgress(done, dataset.Count));
        return new DatasetCheck(dataset, sizes, faults);
    }

    private LiftPlusException Failure()
    {
        string more = Unreadable.Length > MostNamed ? $"\n  and {Unreadable.Length - MostNamed} more" : "";
        return new LiftPlusException(
            $"{Unreadable.Length} of {Dataset.Count} images cannot be read; mend or remove them, or choose to skip them.\n  "
                + string.Join("\n  ", Unreadable.Take(MostNamed).Select(image => $"'{image.Path}': {image.Reason}"))
                + more
        );
    }
}
