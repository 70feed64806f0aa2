using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Data;

/// <summary>The memory of one batch. Disposing hands it back to the pool, not to the system: fresh memory of this size costs a page fault each 4 KB.</summary>
internal sealed unsafe class BatchBuffer : IDisposable
{
    private readonly BatchBufferPool _pool;
    private readonly Tensor _tensor;
    private readonly float* _start;

    public BatchBuffer(BatchBufferPool pool, ReadOnlySpan<long> shape, bool pinned)
    {
        _pool = pool;
        // A batch outlives the consumer's dispose scope of the moment; it has an owner of its own.
        _tensor = empty(shape, ScalarType.Float32).DetachFromDisposeScope();
        if (pinned)
        {
            using Tensor pageable = _tensor;
            _tensor = pageable.pin_memory().DetachFromDisposeScope();
        }

        _start = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(_tensor.bytes));
    }

    /// <summary>The numbers of one image, all views. Stays in place for as long as the buffer lives.</summary>
    public Span<float> Image(int slot, int length) => new(_start + (long)slot * length, length);

    /// <summary>The first <paramref name="count"/> images as a tensor that shares the memory.</summary>
    public Tensor First(int count) => _tensor.narrow(0, 0, count).DetachFromDisposeScope();

    public void Dispose() => _pool.Return(this);

    public void Free() => _tensor.Dispose();
}

/// <summary>Batch memory that is not in use.</summary>
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
