using LiftPlus.Data;
using LiftPlus.Inference;

namespace LiftPlus.Serving;

/// <summary>The way of an image from its bytes to its answer.</summary>
internal sealed partial class ServedImageClassifier
{
    // Limits concurrent decoding, so that hostile images cannot exhaust memory.
    private readonly SemaphoreSlim _decoders = new(Environment.ProcessorCount);

    // The bytes come first and the place in the queue afterwards: a sender that is slow or stops takes no place.
    private async Task<Prediction> ReadAndAnswerAsync(ImageSource image, PredictionOptions options, CancellationToken cancellationToken)
    {
        ThrowIfFull();
        using BodyBudget.Share memory = _bodies.Budget.Open();
        ImageSource? read = null;
        try
        {
            read = await _bodies.ReadAsync(image, options.Limits, memory, cancellationToken).ConfigureAwait(false);
            await EnterAsync(cancellationToken).ConfigureAwait(false);
            return await AnswerAsync(read, memory, options, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageDecodeException e)
        {
            return new Prediction(image.Name, []) { Error = e };
        }
        finally
        {
            (read as IDisposable)?.Dispose(); // the bytes, unless they were decoded
        }
    }

    // Spares the reading of an image that would be rejected.
    private void ThrowIfFull()
    {
        if (_options.FullMode == QueueFullMode.Reject && _room.CurrentCount == 0)
            throw new QueueFullException(_options.QueueCapacity);
    }

    private async Task EnterAsync(CancellationToken cancellationToken)
    {
        if (_options.FullMode == QueueFullMode.Wait)
            await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        else if (!_room.Wait(0, CancellationToken.None))
            throw new QueueFullException(_options.QueueCapacity);
        _metrics.Queue(1);
    }

    private void Leave()
    {
        _metrics.Queue(-1);
        _room.Release();
    }

    private async Task<Prediction> AnswerAsync(
        ImageSource image,
        BodyBudget.Share memory,
        PredictionOptions options,
        CancellationToken cancellationToken
    )
    {
        ModelGeneration? generation = null;
        Task<Prediction>? answer = null;
        try
        {
            generation = await AcquireAsync(cancellationToken).ConfigureAwait(false);
            _queue.BeginPreparing();
            try
            {
                PreparedImage prepared = await PrepareAsync(generation.Preparer, image, options.Limits, cancellationToken)
                    .ConfigureAwait(false);
                memory.Dispose(); // the encoded bytes are no longer needed
                if (prepared.Error is not null)
                    return new Prediction(prepared.Name, []) { Error = prepared.Error };
                answer = Enqueue(new QueuedImage(prepared, options, generation, Leave, cancellationToken));
            }
            finally
            {
                _queue.EndPreparing();
            }
        }
        finally
        {
            if (answer is null) // else the queue does both
            {
                generation?.RemoveUser();
                Leave();
            }
        }

        return await answer.ConfigureAwait(false);
    }

    private async ValueTask<PreparedImage> PrepareAsync(
        ImagePreparer preparer,
        ImageSource image,
        ImageLimits limits,
        CancellationToken cancellationToken
    )
    {
        await _decoders.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await preparer.PrepareAsync(image, limits, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _decoders.Release();
        }
    }

    private Task<Prediction> Enqueue(QueuedImage image)
    {
        if (!_queue.TryAdd(image))
        {
            image.Fail(new ObjectDisposedException(GetType().Name));
            image.Dispose();
        }

        return image.Answer;
    }
}
