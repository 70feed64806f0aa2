using System.Diagnostics;

namespace LiftPlus.Files;

/// <summary>
/// Reads from a connection that must make progress. A sender that is silent, or so slow that it would hold the connection for ever, is
/// given up. Only the time that is spent waiting for the sender counts.
/// </summary>
/// <param name="stream">The connection.</param>
/// <param name="window">The longest time in which <paramref name="least"/> bytes must arrive.</param>
/// <param name="least">The number of bytes; fewer are enough before the end of the stream.</param>
internal sealed class SteadyReader(Stream stream, TimeSpan window, long least)
{
    private TimeSpan _waited;
    private long _arrived;

    /// <summary>Reads what is there, or waits for it. Returns 0 at the end of the stream.</summary>
    /// <exception cref="TimeoutException">Too little arrived in time; the message says how much.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(window > _waited ? window - _waited : TimeSpan.Zero);
        long start = Stopwatch.GetTimestamp();
        try
        {
            int read = await stream.ReadAsync(buffer, late.Token).ConfigureAwait(false);
            (_arrived, _waited) = (_arrived + read, _waited + Stopwatch.GetElapsedTime(start));
            if (_arrived >= least)
                (_arrived, _waited) = (0, TimeSpan.Zero);
            return read;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{(_arrived == 0 ? "no data" : $"only {_arrived} bytes")} arrived within {Seconds}");
        }
    }

    private string Seconds => FormattableString.Invariant($"{window.TotalSeconds:0.#} s");
}
