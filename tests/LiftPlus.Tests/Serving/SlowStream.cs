namespace LiftPlus.Tests.Serving;

/// <summary>Gives nothing until it is told to.</summary>
internal sealed class SlowStream(byte[] bytes) : MemoryStream(bytes)
{
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously),
        _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task IsRead => _read.Task;

    public void GoOn() => _goOn.TrySetResult();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _read.TrySetResult();
        await _goOn.Task.WaitAsync(cancellationToken);
        return await base.ReadAsync(buffer, cancellationToken);
    }
}
