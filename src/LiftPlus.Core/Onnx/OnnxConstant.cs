using LiftPlus.Weights.Onnx;

namespace LiftPlus.Onnx;

/// <summary>Represents a tensor in the file. Its bytes are computed when they are written, one constant at a time.</summary>
/// <param name="Name">The name in the graph.</param>
/// <param name="Type">The type of the elements.</param>
/// <param name="Shape">The shape.</param>
/// <param name="Write">Writes the elements, row-major and little-endian.</param>
internal sealed record OnnxConstant(string Name, OnnxType Type, long[] Shape, Action<Stream> Write)
{
    /// <summary>Gets the number of bytes that <see cref="Write"/> writes.</summary>
    public long Length => Shape.Aggregate(SizeOf(Type), (product, size) => product * size);

    private static long SizeOf(OnnxType type) =>
        type switch
        {
            OnnxType.Float => 4,
            OnnxType.Float16 => 2,
            OnnxType.Int64 => 8,
            _ => 1,
        };
}
