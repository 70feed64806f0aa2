using System.Diagnostics;
using System.Threading.Channels;
using LiftPlus.Inference;
using LiftPlus.Telemetry;
using Microsoft.Extensions.Logging;

namespace LiftPlus.Serving;

/// <summary>
/// Collects prepared images into batches and runs them through the model on one dedicated thread. A batch takes the images that are
/// waiting; it waits for more, up to a limit, only while images are being prepared.
/// </summary>
internal sealed class BatchQueue
{
    private readonly Channel<QueuedImage> _channel = Channel.CreateUnbounded<QueuedImage>(
        new UnboundedChannelOptions { SingleReader = true }
    ); // the callers bound it
    private readonly int _maxBatchSize;
    private readonly TimeSpan _maxDelay;
    private readonly ServingMetrics _metrics;
    private readonly ILogger _logger;
    private Task<bool>? _arrival;
    private int _preparing;

    public BatchQueue(ClassifierServingOptions options, ServingMetrics metrics, ILogger logger)
    {
        (_maxBatchSize, _maxDelay, _metrics, _logger) = (options.MaxBatchSize, options.MaxBatchDelay, metrics, logger);
        Completion = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Gets a task that ends when the queue is closed and every image in it has been answered.</summary>
    public Task Completion { get; }

    /// <summary>Announces an image that is being prepared.</summary>
    public void BeginPreparing() => Interlocked.Increment(ref _preparing);

    /// <summary>Withdraws an announcement: the image was added, or will not come.</summary>
    public void EndPreparing() => Interlocked.Decrement(ref _preparing);

    /// <summary>Adds an image; returns false when the queue is closed.</summary>
    public bool TryAdd(QueuedImage image) => _channel.Writer.TryWrite(image);

    /// <summary>Closes the queue for new images.</summary>
    public void Close() => _channel.Writer.TryComplete();

    private void Run()
    {
        while (TakeBatch() is { Count: > 0 } batch)
            Answer(batch);
    }

    // Empty when the queue was closed.
    private List<QueuedImage> TakeBatch()
    {
        List<QueuedImage> batch = [];
        long start = 0;
        while (batch.Count < _maxBatchSize)
        {
            if (_channel.Reader.TryPeek(out QueuedImage? next))
            {
                if (batch.Count > 0 && next.Generation != batch[0].Generation && !next.IsAbandoned)
                    break; // of another model
                _channel.Reader.TryRead(out _);
                if (next.IsAbandoned)
                {
                    next.Dispose();
                    continue;
                }

                if (batch.Count == 0)
                    start = Stopwatch.GetTimestamp();
                batch.Add(next);
            }
            else if (!WaitForMore(batch.Count == 0, start))
            {
                break;
            }
        }

        return batch;
    }

    private bool WaitForMore(bool isFirst, long start)
    {
        _arrival ??= _channel.Reader.WaitToReadAsync().AsTask();
        if (isFirst)
        {
            bool more = _arrival.GetAwaiter().GetResult();
            _arrival = null;
            return more;
        }

        TimeSpan left = _maxDelay - Stopwatch.GetElapsedTime(start);
        if (Volatile.Read(ref _preparing) == 0 || left <= TimeSpan.Zero || !_arrival.Wait(left))
            return false;
        bool arrived = _arrival.Result;
        _arrival = null;
        return arrived;
    }

    // Room is made before the answers are given, so that a caller who then sends another image finds it.
    private void Answer(List<QueuedImage> batch)
    {
        long start = Stopwatch.GetTimestamp();
        Prediction[]? predictions = null;
        Exception? fault = null;
        try
        {
            predictions = Predictor.Predict(batch[0].Generation.Model, batch.ConvertAll(item => item.Image), i => batch[i].Options);
        }
        catch (Exception e)
        {
            ServingLog.BatchFailed(_logger, e, batch.Count);
            fault = e;
        }

        _metrics.Batch(batch.Count, Stopwatch.GetElapsedTime(start));
        foreach ((int i, QueuedImage item) in batch.Index())
        {
            item.Dispose();
            if (predictions is not null)
                item.Complete(predictions[i]);
            else
                item.Fail(
                    new LiftPlusException($"The image '{item.Image.Name}' could not be classified: {fault!.Message.Split('\n')[0]}", fault)
                );
        }
    }
}
