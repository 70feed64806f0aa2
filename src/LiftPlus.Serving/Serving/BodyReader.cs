using LiftPlus.Data;

namespace LiftPlus.Serving;

/// <summary>
/// Reads images from streams before they are admitted, so that slow senders take memory for what they have sent, and nothing else.
/// </summary>
internal sealed class BodyReader(ClassifierServingOptions options, TimeProvider time)
{
    /// <summary>Gets the memory of the images that are being read, and of those that wait for decoding.</summary>
    public BodyBudget Budget { get; } = new(options.MaxBufferedBytes, options.FullMode == QueueFullMode.Wait);

    /// <summary>Reads a stream into memory; returns every other source unchanged.</summary>
    /// <param name="image">The source.</param>
    /// <param name="limits">The largest image that is accepted.</param>
    /// <param name="share">The memory; the caller disposes it when the image is decoded.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ImageDecodeException">The stream is empty, too long, too slow, or fails.</exception>
    /// <exception cref="QueueFullException">There is no room, and images do not wait.</exception>
    public async ValueTask<ImageSource> ReadAsync(
        ImageSource image,
        ImageLimits limits,
        BodyBudget.Share share,
        CancellationToken cancellationToken
    )
    {
        using var late = new CancellationTokenSource(options.ReadTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await image.BufferAsync(limits, ReserveAsync, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            string limit = FormattableString.Invariant($"{options.ReadTimeout.TotalSeconds:0.###} s");
            throw new ImageDecodeException(
                image.Name,
                $"its bytes did not arrive within {limit}. Send them faster, or raise {nameof(ClassifierServingOptions.ReadTimeout)}.",
                new TimeoutException($"The bytes did not arrive within {limit}.")
            );
        }

        // The sender is not to blame for a wait for memory, so the time starts again after it.
        async ValueTask ReserveAsync(int bytes)
        {
            ValueTask room = share.TakeAsync(bytes, cancellationToken);
            if (room.IsCompletedSuccessfully)
                return;
            late.CancelAfter(Timeout.InfiniteTimeSpan);
            await room.ConfigureAwait(false);
            late.CancelAfter(options.ReadTimeout);
        }
    }
}
