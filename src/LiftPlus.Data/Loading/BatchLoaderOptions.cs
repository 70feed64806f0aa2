using TorchSharp;

namespace LiftPlus.Data;

/// <summary>How a <see cref="BatchLoader"/> cuts an epoch into batches and how far it works ahead.</summary>
public sealed record BatchLoaderOptions
{
    /// <summary>Images in a batch, 1 or more.</summary>
    /// <value>128, as LIFT+ trains.</value>
    public int BatchSize { get; init; } = 128;

    /// <summary>Threads that decode and transform, 1 or more.</summary>
    /// <value>
    /// Null: the cores that torch's threads leave, and at least one. torch's threads spin between operations, so a loader that takes their
    /// cores slows the model down more than it gains; with the model on a GPU, give all cores but one.
    /// </value>
    public int? Workers { get; init; }

    /// <summary>Batches made ahead of the one in use, 1 or more. Each takes batch · 3 · size² · 4 bytes (77 MB for 128 images of 224 pixels).</summary>
    /// <value>2, so that one is ready while the next is being made.</value>
    public int PrefetchBatches { get; init; } = 2;

    /// <summary>The seed behind the order and the augmentation.</summary>
    /// <value>0.</value>
    public long Seed { get; init; }

    /// <summary>Leaves out a last batch that is not full.</summary>
    /// <value>False: every image is read.</value>
    public bool DropLast { get; init; }

    /// <summary>What happens when an image cannot be read, after a second try.</summary>
    /// <value><see cref="UnreadablePolicy.Fail"/>.</value>
    public UnreadablePolicy Unreadable { get; init; }

    /// <summary>
    /// Share of the dataset's images, 0 to 1, that <see cref="UnreadablePolicy.Skip"/> may leave out, rounded up; with one more the epoch
    /// fails all the same. So many mean a lost disk or a wrong folder, not damaged images.
    /// </summary>
    /// <value>0.1.</value>
    public double SkipLimit { get; init; } = 0.1;

    /// <summary>Whether batches lie in page-locked memory, from which a GPU fetches them without a copy in between.</summary>
    /// <value>Null: where there is a CUDA device.</value>
    public bool? PinnedMemory { get; init; }

    /// <summary>Keeps decoded images from one epoch to the next; for sets that fit into it.</summary>
    /// <value>Null: every image is read and decoded each time.</value>
    public ImageCacheOptions? Cache { get; init; }

    internal void Validate()
    {
        string[] faults =
        [
            .. BatchSize < 1 ? [$"BatchSize is {BatchSize}; it is 1 or more."] : (string[])[],
            .. Workers < 1 ? [$"Workers is {Workers}; it is 1 or more, or null for the cores that torch leaves."] : (string[])[],
            .. PrefetchBatches < 1 ? [$"PrefetchBatches is {PrefetchBatches}; it is 1 or more."] : (string[])[],
            .. Unreadable is not (UnreadablePolicy.Fail or UnreadablePolicy.Skip)
                ? [$"Unreadable is {Unreadable}; it is Fail or Skip."]
                : (string[])[],
            .. SkipLimit is not (>= 0 and <= 1) ? [$"SkipLimit is {SkipLimit}; it is a share, 0 to 1."] : (string[])[],
            .. PinnedMemory == true && !torch.cuda.is_available()
                ? ["PinnedMemory is true, but there is no CUDA device; leave it null."]
                : (string[])[],
            .. Cache?.MaxBytes < 1 ? [$"Cache.MaxBytes is {Cache.MaxBytes}; it is 1 or more."] : (string[])[],
        ];
        if (faults.Length > 0)
            throw new LiftPlusException($"The batch loader cannot work with these options: {string.Join(' ', faults)}");
    }
}
