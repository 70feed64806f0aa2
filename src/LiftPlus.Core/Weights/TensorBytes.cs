using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Weights;

/// <summary>Gives a tensor's elements as bytes, a part at a time, so that a large tensor needs no second copy.</summary>
internal static class TensorBytes
{
    private const long PartLength = 1 << 24; // elements

    /// <summary>Passes on the elements in order, row-major and little-endian.</summary>
    /// <param name="tensor">The tensor, on any device and of any layout.</param>
    /// <param name="read">Receives each part; the bytes are valid only during the call.</param>
    /// <param name="type">The type to convert to; null for the tensor's own.</param>
    public static void Read(Tensor tensor, Action<ReadOnlySpan<byte>> read, ScalarType? type = null)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor flat = tensor.detach().flatten();
        for (long start = 0; start < flat.numel(); start += PartLength)
        {
            using DisposeScope part = NewDisposeScope();
            read(flat.narrow(0, start, Math.Min(PartLength, flat.numel() - start)).to(type ?? flat.dtype).cpu().contiguous().bytes);
        }
    }
}
