using System.Runtime.InteropServices;
using TorchSharp;

namespace LiftPlus.Native;

/// <summary>Calls functions of libtorch that TorchSharp does not offer.</summary>
internal static unsafe partial class Interop
{
    private const int Cpu = 0,
        AnyIndex = -1;

    /// <summary>
    /// Creates a CPU tensor over memory that the caller owns. Nothing is copied, and the memory must stay valid (and, if it is mapped
    /// read-only, unwritten) until the tensor and every view of it are disposed.
    /// </summary>
    /// <param name="data">The first element; contiguous, row-major, any alignment. May be 0 for a tensor without elements.</param>
    /// <param name="shape">The size of each dimension, all at least 0; empty for a scalar tensor.</param>
    /// <param name="type">The element type in memory.</param>
    /// <exception cref="ArgumentException">
    /// A size is negative, their product exceeds 64 bits, or the tensor has elements and <paramref name="data"/> is 0.
    /// </exception>
    public static torch.Tensor FromBlob(nint data, ReadOnlySpan<long> shape, torch.ScalarType type)
    {
        long count = CountElements(shape);
        if (data == 0 && count > 0)
        {
            throw new ArgumentException($"no memory for a tensor of {count} elements", nameof(data));
        }
        LibTorch.EnsureLoaded();

        // No deleter: the caller frees, and libtorch need not call back into managed code.
        nint handle;
        fixed (long* sizes = shape)
        {
            long none;
            handle = NewTensor(
                data,
                deleter: 0,
                sizes != null ? sizes : &none,
                shape.Length,
                (sbyte)type,
                (sbyte)type,
                Cpu,
                AnyIndex,
                requiresGrad: 0
            );
        }
        if (handle == 0)
        {
            torch.CheckForErrors();
        }
        return torch.Tensor.UnsafeCreateTensor(handle);
    }

    private static long CountElements(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long size in shape)
        {
            if (size < 0)
            {
                throw new ArgumentException($"negative size in shape [{string.Join(", ", shape.ToArray())}]", nameof(shape));
            }
            try
            {
                count = checked(count * size);
            }
            catch (OverflowException exception)
            {
                throw new ArgumentException(
                    $"shape [{string.Join(", ", shape.ToArray())}] has too many elements",
                    nameof(shape),
                    exception
                );
            }
        }
        return count;
    }

    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_new")]
    private static partial nint NewTensor(
        nint data,
        nint deleter,
        long* sizes,
        int dimensions,
        sbyte type,
        sbyte dtype,
        int deviceType,
        int deviceIndex,
        byte requiresGrad
    );
}
