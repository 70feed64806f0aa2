namespace LiftPlus.Data;

/// <summary>Keeps batch memory that is not in use.</summary>
internal sealed class BatchBufferPool(long[] shape, bool pinned) : IDisposable
{
    private readonly Stack<BatchBuffer> _free = new();
    private bool _disposed;

    public BatchBuffer Rent()
    {
        lock (_free)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(BatchLoader));
            if (_free.TryPop(out BatchBuffer? buffer))
                return buffer;
        }

        return new BatchBuffer(this, shape, pinned);
    }

    public void Return(BatchBuffer buffer)
    {
        lock (_free)
        {
            if (!_disposed)
            {
                _free.Push(buffer);
                return;
            }
        }

        buffer.Free();
    }

    public void Dispose()
    {
        lock (_free)
        {
            _disposed = true;
            while (_free.TryPop(out BatchBuffer? buffer))
                buffer.Free();
        }
    }
}
