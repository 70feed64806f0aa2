using System.Collections.Immutable;
using System.Runtime.ExceptionServices;

namespace LiftPlus.Data;

/// <summary>The images that a loader has left out so far, each once. Counted in the order of the batches, so that the limit falls at the same place whatever the threads.</summary>
internal sealed class SkippedImages(ImageDataset dataset, BatchLoaderOptions options)
{
    private readonly SortedDictionary<int, string> _reasons = [];
    private readonly int _most = (int)Math.Ceiling(options.SkipLimit * dataset.Count);

    public ImmutableArray<UnreadableImage> List
    {
        get
        {
            lock (_reasons)
                return [.. _reasons.Select(entry => new UnreadableImage(dataset[entry.Key].Path, entry.Value))];
        }
    }

    /// <summary>Leaves an image out, or throws why that will not do.</summary>
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
            if (_reasons.Count > _most)
                throw new LiftPlusException(
                    $"{_reasons.Count} of {dataset.Count} images could not be read, more than the {_most} that may be left out. Is the disk or folder gone? The last: {unreadable.Message}",
                    unreadable
                );
        }
    }
}
