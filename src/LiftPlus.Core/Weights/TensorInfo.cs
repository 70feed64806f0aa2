using System.Collections.Immutable;
using static TorchSharp.torch;

namespace LiftPlus.Weights;

/// <summary>Represents what a weight file says about one tensor before any of it is read.</summary>
/// <param name="DataType">Element type in the file.</param>
/// <param name="Shape">Lengths of the axes; empty for a scalar.</param>
public sealed record TensorInfo(ScalarType DataType, ImmutableArray<long> Shape)
{
    /// <summary>Gets the number of elements: the product of the axes, 1 for a scalar.</summary>
    public long ElementCount => Shape.Aggregate(1L, (product, axis) => product * axis);

    /// <summary>Gets the number of bytes of its data.</summary>
    internal long ByteCount => ElementCount * SizeOf(DataType);

    /// <summary>Gets the position of the first byte in the file.</summary>
    internal long Offset { get; init; }

    /// <summary>Returns the type and shape, for example "Float16 [512, 768]".</summary>
    public override string ToString() => $"{DataType} {Format(Shape)}";

    /// <summary>
    /// Computes the number of elements; null if the product of the nonzero lengths exceeds 64 bits of bytes, since native code multiplies
    /// all strides.
    /// </summary>
    internal static long? Count(IReadOnlyList<long> shape)
    {
        long product = 1;
        foreach (long axis in shape)
        {
            if (axis != 0 && product > long.MaxValue / sizeof(double) / axis)
                return null;
            product *= Math.Max(axis, 1);
        }

        return shape.Contains(0) ? 0 : product;
    }

    internal static string Format(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>Returns the bytes of one element, or 0 for a type that weight files do not store.</summary>
    internal static int SizeOf(ScalarType type) =>
        type switch
        {
            ScalarType.Float64 or ScalarType.Int64 => 8,
            ScalarType.Float32 or ScalarType.Int32 => 4,
            ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Int16 => 2,
            ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
            _ => 0,
        };
}
