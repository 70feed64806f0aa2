namespace LiftPlus.Data;

/// <summary>
/// Reads the images of an epoch that are slow to open before a thread needs them, several at a time, because they wait for a network and
/// not for a core.
/// </summary>
internal sealed class ReadAhead : IDisposable
{
    private const int ReadsAtOnce = 16;
    private static readonly ImageLimits s_limits = new() { MaxEncodedBytes = EncodedBytes.DefaultLimit };

    private readonly SemaphoreSlim _free = new(ReadsAtOnce);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Starts to read an image; returns null if it is not slow to open.</summary>
    public Task<ImageSource>? Start(ImageSource source) => source.IsSlow ? ReadAsync(source) : null;

    /// <summary>Cancels what is being read.</summary>
    public void Dispose() => _stop.Cancel(); // reads in progress still use both, so neither is disposed

    private async Task<ImageSource> ReadAsync(ImageSource source)
    {
        await _free.WaitAsync(_stop.Token).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => source.BufferAsync(s_limits, null, _stop.Token).AsTask(), _stop.Token).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }
}
