using System.Collections.Immutable;
using System.Runtime.ExceptionServices;

namespace LiftPlus.Data;

/// <summary>
/// Collects the images that a loader has left out so far, each once. They are counted in the order of the batches, so that the limit is
/// reached at the same image whatever the threads.
/// </summary>
internal sealed class SkippedImages(ImageDataset dataset, BatchLoaderOptions options)
{
    private readonly SortedDictionary<int, string> _reasons = [];
    private readonly int _limit = (int)Math.Ceiling(options.SkipLimit * dataset.Count);

    public ImmutableArray<UnreadableImage> List
    {
        get
        {
            lock (_reasons)
                return [.. _reasons.Select(entry => new UnreadableImage(dataset[entry.Key].Name, entry.Value))];
        }
    }

    /// <summary>Leaves an image out, or throws if that is not allowed.</summary>
    public void Add(int index, Exception failure)
    {
        if (options.Unreadable != UnreadablePolicy.Skip || failure is not ImageDecodeException unreadable)
        {
            ExceptionDispatchInfo.Throw(failure);
            return;
        }

        lock (_reasons)
        {
            _reasons[index] = unreadable.Found;
            if (_reasons.Count > _limit)
                throw new LiftPlusException(
                    $"{_reasons.Count} of {dataset.Count} images could not be read, more than the {_limit} that may be left out. "
                        + $"Is the disk or folder missing? The last: {unreadable.Message}",
                    unreadable
                );
        }
    }
}
