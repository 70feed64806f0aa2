using TorchSharp;

namespace LiftPlus.Data;

/// <summary>Specifies how a <see cref="BatchLoader"/> divides an epoch into batches and how far it works ahead.</summary>
public sealed record BatchLoaderOptions
{
    /// <summary>Gets the number of images in a batch, 1 or more.</summary>
    /// <value>The default value is 128, as LIFT+ trains.</value>
    public int BatchSize { get; init; } = 128;

    /// <summary>Gets the number of threads that decode and transform, 1 or more.</summary>
    /// <value>
    /// The default is null: the cores that torch's threads leave, and at least one. torch's threads spin between operations, so a loader
    /// that takes their cores slows the model down more than it gains. With the model on a GPU, use all cores but one.
    /// </value>
    public int? Workers { get; init; }

    /// <summary>
    /// Gets the number of batches made ahead of the one in use, 1 or more. Each takes batch · 3 · size² · 4 bytes (77 MB for 128 images of
    /// 224 pixels).
    /// </summary>
    /// <value>The default value is 2, so that one is ready while the next is being made.</value>
    public int PrefetchBatches { get; init; } = 2;

    /// <summary>Gets the seed of the order and the augmentation.</summary>
    /// <value>The default value is 0.</value>
    public int Seed { get; init; }

    /// <summary>Gets a value that indicates whether a last batch that is not full is left out.</summary>
    /// <value>The default value is false: every image is read.</value>
    public bool DropLast { get; init; }

    /// <summary>Gets what happens when an image cannot be read, after a second try.</summary>
    /// <value>The default value is <see cref="UnreadablePolicy.Fail"/>.</value>
    public UnreadablePolicy Unreadable { get; init; }

    /// <summary>
    /// Gets the share of the dataset's images, 0 to 1, that <see cref="UnreadablePolicy.Skip"/> may leave out, rounded up. One more fails
    /// the epoch: so many mean a lost disk or a wrong folder, not damaged images.
    /// </summary>
    /// <value>The default value is 0.1.</value>
    public double SkipLimit { get; init; } = 0.1;

    /// <summary>Gets a value that indicates whether batches are in page-locked memory, from which a GPU copies them directly.</summary>
    /// <value>The default is null: true if there is a CUDA device.</value>
    public bool? PinnedMemory { get; init; }

    /// <summary>Gets how decoded images are kept from one epoch to the next; for sets that fit into the cache.</summary>
    /// <value>The default is null: every image is read and decoded each time.</value>
    public ImageCacheOptions? Cache { get; init; }

    /// <summary>Gets the cores that torch's threads leave, and at least one.</summary>
    internal static int DefaultWorkers => Math.Max(1, Environment.ProcessorCount - torch.get_num_threads());

    internal void Validate()
    {
        string[] faults =
        [
            .. BatchSize < 1 ? [$"BatchSize is {BatchSize}; it must be 1 or more."] : (string[])[],
            .. Workers < 1 ? [$"Workers is {Workers}; it must be 1 or more, or null for the cores that torch leaves."] : (string[])[],
            .. PrefetchBatches < 1 ? [$"PrefetchBatches is {PrefetchBatches}; it must be 1 or more."] : (string[])[],
            .. Unreadable is not (UnreadablePolicy.Fail or UnreadablePolicy.Skip)
                ? [$"Unreadable is {Unreadable}; it must be Fail or Skip."]
                : (string[])[],
            .. SkipLimit is not (>= 0 and <= 1) ? [$"SkipLimit is {SkipLimit}; it must be a share, 0 to 1."] : (string[])[],
            .. PinnedMemory == true && !torch.cuda.is_available()
                ? ["PinnedMemory is true, but this machine has no CUDA device; leave it null."]
                : (string[])[],
            .. Cache?.MaxBytes < 1 ? [$"Cache.MaxBytes is {Cache.MaxBytes}; it must be 1 or more."] : (string[])[],
        ];
        if (faults.Length > 0)
            throw new LiftPlusException($"The batch loader cannot work with these options: {string.Join(' ', faults)}");
    }
}
