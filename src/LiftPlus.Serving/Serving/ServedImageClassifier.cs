using System.Diagnostics;
using System.Runtime.CompilerServices;
using LiftPlus.Data;
using LiftPlus.Inference;
using LiftPlus.Telemetry;
using LiftPlus.Validation;
using Microsoft.Extensions.Logging;

namespace LiftPlus.Serving;

/// <summary>
/// Serves a model to many callers: reads images, admits them while there is room, prepares them on the callers' threads, passes them to the
/// queue that forms batches, and replaces the model when its folder changes.
/// </summary>
internal sealed partial class ServedImageClassifier : IServedImageClassifier, IDisposable, IAsyncDisposable
{
    private readonly ClassifierServingOptions _options;
    private readonly ServingMetrics _metrics;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly ModelLoader _loader;
    private readonly BatchQueue _queue;
    private readonly BodyReader _bodies;
    private readonly SemaphoreSlim _room;
    private readonly CancellationTokenSource _stop = new();
    private Task? _disposal;

    public ServedImageClassifier(
        ClassifierServingOptions options,
        ModelLoader loader,
        ServingMetrics metrics,
        TimeProvider time,
        ILogger logger
    )
    {
        (_options, _loader, _metrics, _time, _logger) = (options, loader, metrics, time, logger);
        _bodies = new BodyReader(options, time);
        _room = new SemaphoreSlim(options.QueueCapacity);
        _queue = new BatchQueue(options, metrics, logger);
    }

    public IReadOnlyList<string> ClassNames => Use(generation => generation.Model.ClassNames);

    public async IAsyncEnumerable<Prediction> PredictEachAsync(
        IAsyncEnumerable<ImageSource> images,
        PredictionOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this); // also where there are no images
        PredictionOptions wanted = Limited(options ?? new PredictionOptions());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Queue<Task<Prediction?>> answers = [];
        try
        {
            await foreach (ImageSource image in images.WithCancellation(stop.Token).ConfigureAwait(false))
            {
                answers.Enqueue(Task.Run(() => PredictOneAsync(image, wanted, stop.Token), CancellationToken.None));
                if (
                    answers.Count > Math.Min(_options.MaxBatchSize, _options.QueueCapacity / 2)
                    && await answers.Dequeue().ConfigureAwait(false) is Prediction answer
                )
                    yield return answer;
            }

            while (answers.TryDequeue(out Task<Prediction?>? next))
            {
                if (await next.ConfigureAwait(false) is Prediction answer)
                    yield return answer;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(answers).ContinueWith(static all => _ = all.Exception, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Answers the images that were admitted, then frees the model.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_stop)
            return new ValueTask(_disposal ??= Task.Run(StopAsync));
    }

    // Null where the image is left out.
    private async Task<Prediction?> PredictOneAsync(ImageSource image, PredictionOptions options, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        string outcome = "failed";
        try
        {
            Prediction prediction = await ReadAndAnswerAsync(image, options, cancellationToken).ConfigureAwait(false);
            outcome = prediction.Error is null ? "predicted" : "unreadable";
            return prediction.Error is null || options.KeepErrors ? prediction
                : _current?.Unreadable == UnreadablePolicy.Skip ? null
                : throw prediction.Error;
        }
        catch (OperationCanceledException)
        {
            outcome = "cancelled";
            throw;
        }
        catch (QueueFullException)
        {
            outcome = "rejected";
            throw;
        }
        finally
        {
            _metrics.Request(Stopwatch.GetElapsedTime(start), outcome);
        }
    }

    private PredictionOptions Limited(PredictionOptions options)
    {
        OptionsValidator.ThrowIfInvalid(options);
        return options with
        {
            Limits = new ImageLimits
            {
                MaxEncodedBytes = Math.Min(options.Limits.MaxEncodedBytes, _options.Limits.MaxEncodedBytes),
                MaxPixels = Math.Min(options.Limits.MaxPixels, _options.Limits.MaxPixels),
            },
        };
    }
}
