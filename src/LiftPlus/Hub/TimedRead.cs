namespace LiftPlus.Hub;

/// <summary>Reads from a connection that may stop sending without closing.</summary>
internal static class TimedRead
{
    /// <exception cref="TimeoutException">No data arrived within <paramref name="timeout"/>.</exception>
    public static async ValueTask<int> ReadAsync(Stream stream, Memory<byte> buffer, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        both.CancelAfter(timeout);
        try
        {
            return await stream.ReadAsync(buffer, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no data arrived within {timeout.TotalSeconds:0.#} s");
        }
    }
}
