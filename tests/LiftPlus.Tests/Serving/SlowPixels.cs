namespace LiftPlus.Tests.Serving;

/// <summary>An image that has arrived and keeps its place until it is told to go on.</summary>
internal sealed class SlowPixels(RgbImage pixels) : IDisposable
{
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _goOn = new();

    public Task IsRead => _read.Task;

    public ImageSource Source =>
        ImageSource.FromPixels(() =>
        {
            _read.TrySetResult();
            _goOn.Wait();
            return pixels.Share();
        });

    public void GoOn() => _goOn.Set();

    public void Dispose()
    {
        _goOn.Set();
        pixels.Dispose();
    }
}
