using System.Collections.Immutable;
using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Data;

/// <summary>
/// Makes batches ahead of the thread that uses them. Order and augmentation depend only on (seed, epoch, index in the dataset), and on how
/// often the image has come in the epoch if a sampler repeats it, so any number of threads gives the same results. An image that cannot be
/// read is tried once more; then it ends the epoch with an error that names it, or is left out
/// (<see cref="BatchLoaderOptions.Unreadable"/>).
/// </summary>
public sealed class BatchLoader : IDisposable
{
    private readonly ImageDataset _dataset;
    private readonly Sampler _sampler;
    private readonly BatchLoaderOptions _options;
    private readonly ImageCache? _cache;
    private readonly PlaceReader _reader;
    private readonly BatchBufferPool _buffers;
    private readonly SkippedImages _skipped;
    private readonly int _workers;
    private readonly List<EpochRun> _runs = [];
    private long _waited;
    private volatile bool _isDisposed;

    /// <summary>Creates a loader; nothing is read before <see cref="ReadEpoch"/>.</summary>
    /// <param name="dataset">The images.</param>
    /// <param name="transform">Turns them into squares of the input size.</param>
    /// <param name="normalizer">Turns the squares into float32 planes.</param>
    /// <param name="sampler">The order of an epoch.</param>
    /// <param name="options">Batch size, threads, seed; null for the defaults.</param>
    /// <param name="decoder">Reads the files; null for <see cref="SkiaImageDecoder"/>.</param>
    /// <exception cref="LiftPlusException">An option is out of range.</exception>
    public BatchLoader(
        ImageDataset dataset,
        TransformPipeline transform,
        PixelNormalizer normalizer,
        Sampler sampler,
        BatchLoaderOptions? options = null,
        IImageDecoder? decoder = null
    )
    {
        LibTorch.EnsureLoaded();
        _options = options ?? new BatchLoaderOptions();
        _options.Validate();
        _dataset = dataset;
        _sampler = sampler;
        _skipped = new SkippedImages(dataset, _options);
        _cache = _options.Cache is null ? null : new ImageCache(_options.Cache, dataset.Count);
        decoder ??= new SkiaImageDecoder();
        _reader = new PlaceReader(dataset, new ImageReader(transform, normalizer, decoder), decoder, _options.Seed, _cache);
        _workers = _options.Workers ?? BatchLoaderOptions.DefaultWorkers;
        long size = transform.InputSize,
            batch = _options.BatchSize;
        _buffers = new BatchBufferPool(
            transform.Views == 1 ? [batch, 3, size, size] : [batch, transform.Views, 3, size, size],
            _options.PinnedMemory ?? cuda.is_available()
        );
    }

    /// <summary>Gets the number of batches of one epoch.</summary>
    public int BatchCount => CountBatches(_sampler.Count(_dataset));

    /// <summary>
    /// Gets the images left out so far, over all epochs, in the order of the dataset; empty unless <see cref="UnreadablePolicy.Skip"/> is
    /// chosen.
    /// </summary>
    public ImmutableArray<UnreadableImage> Skipped => _skipped.List;

    /// <summary>Gets how long the consumer has waited for batches so far, over all epochs: the time that loading costs training.</summary>
    public TimeSpan WaitTime => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _waited));

    /// <summary>Gets the state of the cache of decoded images; null without a cache.</summary>
    internal ImageCacheState? Cache => _cache?.State;

    /// <summary>Reads the batches of one epoch in order.</summary>
    /// <param name="epoch">The epoch, 0-based. With the seed it determines order and augmentation.</param>
    /// <param name="progress">Progress of training, 0 to 1, for the transforms (<see cref="Schedule.Progress"/>).</param>
    /// <param name="firstBatch">The number of batches to skip. Their images are not opened, and the other batches stay the same.</param>
    /// <param name="cancellationToken">Stops reading at once; threads end after the image in progress, without being waited for.</param>
    /// <returns>
    /// Batches that the caller disposes, each right after its use: the next ones use their memory. Images are (B, 3, S, S), or
    /// (B, V, 3, S, S) if the transforms make V views. Dispose scopes do not own them. Images that are left out make a batch smaller; a
    /// batch without images is left out.
    /// </returns>
    /// <exception cref="ImageDecodeException">An image cannot be read; it was tried twice.</exception>
    /// <exception cref="LiftPlusException">
    /// A transform failed on an image, too many images were left out, or the sampler gave an index outside the dataset.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public IEnumerable<ImageBatch> ReadEpoch(
        int epoch,
        double progress,
        int firstBatch = 0,
        CancellationToken cancellationToken = default
    ) => ReadSome(epoch, progress, firstBatch, step: 1, cancellationToken).OfType<ImageBatch>();

    /// <summary>Reads every <paramref name="step"/>-th batch of one epoch; the others are not opened.</summary>
    /// <returns>The batches, as of <see cref="ReadEpoch"/>; null for one without images.</returns>
    internal IEnumerable<ImageBatch?> ReadSome(
        int epoch,
        double progress,
        int firstBatch,
        int step,
        CancellationToken cancellationToken = default
    )
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        OrderedPlace[] order = Order(epoch);
        int batches = CountBatches(order.Length),
            opened = firstBatch;
        ArgumentOutOfRangeException.ThrowIfNegative(firstBatch);
        if (firstBatch >= batches)
            yield break;
        cancellationToken.ThrowIfCancellationRequested();
        EpochRun run = StartRun(epoch, progress);
        try
        {
            using CancellationTokenRegistration cancel = cancellationToken.Register(run.Stop);
            for (int ahead = 0; ahead < _options.PrefetchBatches; ahead++)
                OpenNext();
            for (long b = firstBatch; b < batches; b += step)
            {
                OpenNext();
                long start = Stopwatch.GetTimestamp();
                PendingBatch batch = run.Take(cancellationToken);
                Interlocked.Add(ref _waited, Stopwatch.GetTimestamp() - start);
                yield return Finish(batch);
            }
        }
        finally
        {
            lock (_runs)
                _runs.Remove(run);
            run.Dispose();
        }

        void OpenNext()
        {
            if (opened >= batches)
                return;
            OpenBatch(run, order, opened);
            opened += step;
            if (opened >= batches)
                run.Complete();
        }
    }

    /// <summary>Ends running epochs and frees the memory of batches. A batch in use keeps its memory until it is disposed.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        lock (_runs)
            _runs.ForEach(run => run.Stop());
        _buffers.Dispose();
        _cache?.Dispose();
    }

    private OrderedPlace[] Order(int epoch)
    {
        int[] indices = _sampler.Order(_dataset, _options.Seed, epoch),
            seen = new int[_dataset.Count];
        return Array.ConvertAll(indices, index =>
            (uint)index < (uint)seen.Length
                ? new OrderedPlace(index, seen[index]++)
                : throw new LiftPlusException(
                    $"{_sampler.GetType().Name} gives the index {index} in epoch {epoch}; the dataset's {seen.Length} images have "
                        + $"the indices 0 to {seen.Length - 1}."
                )
        );
    }

    private EpochRun StartRun(int epoch, double progress)
    {
        var run = new EpochRun(_reader, epoch, progress, Math.Min(_workers, _options.BatchSize * _options.PrefetchBatches));
        lock (_runs)
            _runs.Add(run);
        return run;
    }

    private void OpenBatch(EpochRun run, OrderedPlace[] order, int number)
    {
        int first = number * _options.BatchSize,
            count = Math.Min(_options.BatchSize, order.Length - first);
        run.Open(new PendingBatch(_buffers.Rent(), order[first..(first + count)]));
    }

    // Null if no image of the batch is left.
    private ImageBatch? Finish(PendingBatch batch)
    {
        try
        {
            OrderedPlace[] places = batch.Failures is null ? batch.Places : CloseGaps(batch, batch.Failures);
            if (places.Length > 0)
            {
                int[] indices = Array.ConvertAll(places, place => place.Index);
                Tensor labels = _dataset.LabelsOf(indices).DetachFromDisposeScope();
                return new ImageBatch(batch.Buffer.First(indices.Length), labels, indices, batch.Buffer);
            }
        }
        catch
        {
            batch.Buffer.Dispose();
            throw;
        }

        batch.Buffer.Dispose();
        return null;
    }

    private OrderedPlace[] CloseGaps(PendingBatch batch, IReadOnlyDictionary<int, Exception> failures)
    {
        var kept = new List<OrderedPlace>(batch.Places.Length);
        for (int slot = 0; slot < batch.Places.Length; slot++)
        {
            if (failures.TryGetValue(slot, out Exception? failure))
            {
                _skipped.Add(batch.Places[slot].Index, failure);
                continue;
            }

            if (slot > kept.Count)
                batch.Buffer.Image(slot, _reader.Length).CopyTo(batch.Buffer.Image(kept.Count, _reader.Length));
            kept.Add(batch.Places[slot]);
        }

        return [.. kept];
    }

    private int CountBatches(int images) =>
        _options.DropLast ? images / _options.BatchSize : (int)(((long)images + _options.BatchSize - 1) / _options.BatchSize);
}
