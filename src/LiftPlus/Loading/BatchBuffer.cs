using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Data;

/// <summary>
/// Holds the memory of one batch. Disposing returns it to the pool, not to the system: fresh memory of this size costs a page fault each 4
/// KB.
/// </summary>
internal sealed unsafe class BatchBuffer : IDisposable
{
    private readonly BatchBufferPool _pool;
    private readonly Tensor _tensor;
    private readonly float* _start;

    public BatchBuffer(BatchBufferPool pool, ReadOnlySpan<long> shape, bool pinned)
    {
        _pool = pool;
        // A batch outlives the consumer's current dispose scope; the pool owns it.
        _tensor = empty(shape, ScalarType.Float32).DetachFromDisposeScope();
        if (pinned)
        {
            using Tensor pageable = _tensor;
            _tensor = pageable.pin_memory().DetachFromDisposeScope();
        }

        _start = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(_tensor.bytes));
    }

    /// <summary>Returns the values of one image, all views. The memory does not move while the buffer lives.</summary>
    public Span<float> Image(int slot, int length) => new(_start + (long)slot * length, length);

    /// <summary>Returns the first <paramref name="count"/> images as a tensor that shares the memory.</summary>
    public Tensor First(int count) => _tensor.narrow(0, 0, count).DetachFromDisposeScope();

    public void Dispose() => _pool.Return(this);

    public void Free() => _tensor.Dispose();
}
