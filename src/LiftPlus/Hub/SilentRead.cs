namespace LiftPlus.Hub;

/// <summary>Reads from connections that may stop sending without closing.</summary>
internal static class SilentRead
{
    /// <exception cref="TimeoutException">Nothing arrived within <paramref name="silence"/>.</exception>
    public static async ValueTask<int> ReadAsync(Stream stream, Memory<byte> buffer, TimeSpan silence, CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        both.CancelAfter(silence);
        try
        {
            return await stream.ReadAsync(buffer, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"nothing came for {silence.TotalSeconds:0.#} s");
        }
    }
}
