using LiftPlus.Data;

namespace LiftPlus.Inference;

/// <summary>Prepares single images for a model. Thread-safe.</summary>
/// <param name="batchSize">The number of images in a batch.</param>
/// <param name="workers">The number of images that are prepared at the same time.</param>
internal abstract class ImagePreparer(int batchSize, int workers)
{
    /// <summary>Gets the number of images in a batch.</summary>
    public int BatchSize => batchSize;

    /// <summary>Gets the number of images that are prepared at the same time.</summary>
    public int Workers => workers;

    /// <summary>Prepares an image. The result of an image that cannot be read contains the error; only cancellation is thrown.</summary>
    public ValueTask<PreparedImage> PrepareAsync(ImageSource source, ImageLimits limits, CancellationToken cancellationToken) =>
        limits.TimeLimit is TimeSpan limit
            ? new(PrepareWithinAsync(limit, source, limits, cancellationToken))
            : PrepareNowAsync(source, limits, cancellationToken);

    // An image that takes too long is left to its thread, and its memory is freed when the thread comes to an end.
    private async Task<PreparedImage> PrepareWithinAsync(
        TimeSpan limit,
        ImageSource source,
        ImageLimits limits,
        CancellationToken cancellationToken
    )
    {
        bool hasBegun = false;
        Task<PreparedImage> work = Task.Run(
            () =>
            {
                Volatile.Write(ref hasBegun, true);
                return PrepareNowAsync(source, limits, cancellationToken).AsTask();
            },
            cancellationToken
        );
        try
        {
            while (true)
            {
                bool counts = Volatile.Read(ref hasBegun); // waiting for a thread does not count
                try
                {
                    return await work.WaitAsync(limit, cancellationToken).ConfigureAwait(false);
                }
                catch (TimeoutException) when (!counts && !work.IsCompleted) { }
            }
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            _ = work.ContinueWith(late => late.Result.Dispose(), TaskContinuationOptions.OnlyOnRanToCompletion);
            if (e is OperationCanceledException)
                throw;
            return new PreparedImage(source.Name)
            {
                Error = new ImageDecodeException(
                    source.Name,
                    $"it took longer than {limit}. Look at the image and at the disk it is on, or raise "
                        + $"{nameof(ImageLimits)}.{nameof(ImageLimits.TimeLimit)}."
                ),
            };
        }
    }

    private async ValueTask<PreparedImage> PrepareNowAsync(ImageSource source, ImageLimits limits, CancellationToken cancellationToken)
    {
        var image = new PreparedImage(source.Name);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            source = await source.BufferAsync(limits, null, cancellationToken).ConfigureAwait(false);
            Write(source, limits, image);
            return image;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            image.Dispose();
            throw;
        }
        catch (Exception e)
        {
            image.Dispose();
            LiftPlusException error =
                e as LiftPlusException
                ?? new LiftPlusException($"The image '{source.Name}' could not be prepared. {e.GetType().Name}: {e.Message}", e);
            return new PreparedImage(source.Name) { Error = error };
        }
    }

    /// <summary>Creates an image of the kind that the model takes, for its test before it serves.</summary>
    /// <param name="level">The value of the pixel at a place, 0 to 1.</param>
    public abstract PreparedImage Draw(Func<int, float> level);

    /// <summary>Reads an image and writes its values.</summary>
    protected abstract void Write(ImageSource source, ImageLimits limits, PreparedImage to);

    /// <summary>Creates a context for the views of inference, which draw no random numbers.</summary>
    private protected static TransformContext NoRandomness() => new(new StreamRandom(0, 0, 0), 1);
}
