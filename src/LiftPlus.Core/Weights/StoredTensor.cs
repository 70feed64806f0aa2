using LiftPlus.Files;
using LiftPlus.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Weights;

/// <summary>Represents the elements of one tensor in a file, all of which are known to be inside it.</summary>
/// <param name="File">The file.</param>
/// <param name="Type">The type of the elements in the file.</param>
/// <param name="Offset">The position of the first element's first byte.</param>
/// <param name="Shape">The lengths of the axes.</param>
/// <param name="Strides">The distances between neighbors along each axis, in elements; null if the tensor is row-major.</param>
internal sealed record StoredTensor(SourceFile File, ScalarType Type, long Offset, long[] Shape, long[]? Strides = null)
{
    private const long PartLength = 1 << 22; // elements

    private int Size => TensorInfo.SizeOf(Type);

    /// <summary>Reads the tensor into new memory on the CPU, in the file's type. The caller owns it.</summary>
    /// <exception cref="WeightFileException">The data are damaged, or the file changed after it was opened.</exception>
    public Tensor Read()
    {
        LibTorch.EnsureLoaded();
        Tensor elements = empty(Strides is null ? Shape : [Span(Shape, Strides)], dtype: Type, device: CPU);
        try
        {
            Fill(elements, Offset);
            if (Strides is null)
                return elements;
            using Tensor view = elements.as_strided(Shape, Strides);
            Tensor copy = view.clone();
            elements.Dispose();
            return copy;
        }
        catch
        {
            elements.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Copies the tensor into another one of the same shape and converts it to that one's type and device. Memory holds a small part of it
    /// besides.
    /// </summary>
    /// <exception cref="WeightFileException">The data are damaged, or the file changed after it was opened.</exception>
    public void CopyTo(Tensor target)
    {
        long rowLength = Shape.Length == 0 ? 1 : Shape.Skip(1).Aggregate(1L, (product, axis) => product * axis);
        if (Strides is null && target.dtype == Type && target.device_type == TorchSharp.DeviceType.CPU && target.is_contiguous())
        {
            Fill(target, Offset);
        }
        else if (Strides is not null || Shape.Length == 0 || rowLength * Shape[0] <= PartLength)
        {
            using Tensor all = Read();
            target.copy_(all);
        }
        else
        {
            long rows = Math.Max(1, PartLength / rowLength);
            using Tensor part = empty([Math.Min(rows, Shape[0]), .. Shape[1..]], dtype: Type, device: CPU);
            for (long start = 0; start < Shape[0]; start += rows)
            {
                long count = Math.Min(rows, Shape[0] - start);
                using Tensor from = part.narrow(0, 0, count),
                    to = target.narrow(0, start, count);
                Fill(from, Offset + start * rowLength * Size);
                to.copy_(from);
            }
        }
    }

    /// <summary>Returns how many elements there are from the first of a tensor to its last.</summary>
    public static long Span(IReadOnlyList<long> shape, IReadOnlyList<long> strides) =>
        shape.Contains(0) ? 0 : 1 + shape.Zip(strides, (axis, stride) => (axis - 1) * stride).Sum();

    /// <summary>Returns the strides of a tensor whose elements follow one another in order.</summary>
    public static long[] RowMajor(IReadOnlyList<long> shape)
    {
        long[] strides = new long[shape.Count];
        for (long axis = shape.Count - 1, step = 1; axis >= 0; step *= Math.Max(1, shape[(int)axis]), axis--)
            strides[axis] = step;
        return strides;
    }

    private void Fill(Tensor contiguous, long offset)
    {
        using DisposeScope scope = NewDisposeScope(); // keeps what lies between from the finalizer, which would free it meanwhile
        Tensor flat = contiguous.detach().flatten();
        for (long start = 0; start < flat.numel(); start += PartLength)
        {
            using Tensor part = flat.narrow(0, start, Math.Min(PartLength, flat.numel() - start));
            Span<byte> bytes = part.bytes;
            File.Read(offset + start * Size, bytes);
            if (Type == ScalarType.Bool)
                CheckBooleans(bytes, offset + start);
        }
    }

    // Native code takes a boolean's byte for 0 or 1 without looking.
    private void CheckBooleans(Span<byte> bytes, long offset)
    {
        int wrong = bytes.IndexOfAnyExceptInRange((byte)0, (byte)1);
        if (wrong < 0)
            return;
        byte found = bytes[wrong];
        bytes.Clear();
        throw new WeightFileException(File.Path, $"byte {offset + wrong} of a boolean tensor is {found}, not 0 or 1. The file is damaged.");
    }
}
