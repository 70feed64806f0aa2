using LiftPlus.Files;
using LiftPlus.Messages;
using static TorchSharp.torch;

namespace LiftPlus.Weights.Onnx;

/// <summary>Represents a constant that holds a tensor of the model, or some of its rows.</summary>
/// <param name="Name">The name of the constant.</param>
/// <param name="Start">The first row.</param>
/// <param name="IsWhole">Whether it holds the whole tensor.</param>
/// <param name="Stored">Its elements, in the layout of the tensor.</param>
internal sealed record OnnxPart(string Name, long Start, bool IsWhole, StoredTensor Stored)
{
    // The types of onnx.proto that weights may have.
    private static readonly Dictionary<long, ScalarType> s_types = new()
    {
        [1] = ScalarType.Float32,
        [2] = ScalarType.Byte,
        [3] = ScalarType.Int8,
        [5] = ScalarType.Int16,
        [6] = ScalarType.Int32,
        [7] = ScalarType.Int64,
        [9] = ScalarType.Bool,
        [10] = ScalarType.Float16,
        [11] = ScalarType.Float64,
        [16] = ScalarType.BFloat16,
    };

    /// <summary>Gets the type of the elements.</summary>
    public ScalarType Type => Stored.Type;

    /// <summary>Gets the lengths of the axes, in the layout of the tensor.</summary>
    public long[] Shape => Stored.Shape;

    /// <summary>Checks a constant.</summary>
    /// <param name="path">The path of the model.</param>
    /// <param name="name">What the constant holds.</param>
    /// <param name="tensor">The constant.</param>
    /// <param name="file">The file that has its data.</param>
    /// <exception cref="WeightFileException">The constant is damaged.</exception>
    public static OnnxPart Check(string path, OnnxName name, OnnxTensor tensor, SourceFile file)
    {
        if (!s_types.TryGetValue(tensor.Type, out ScalarType type))
            throw Wrong($"its element type is {tensor.Type}, which weights do not have");
        long[] shape = name.IsTransposed && tensor.Shape is [long columns, long rows] ? [rows, columns] : [.. tensor.Shape];
        if (name.IsTransposed && shape.Length != 2)
            throw Wrong($"its shape {TensorInfo.Format(shape)} is not that of a matrix, which '.T' in its name says");
        if (name.Rows is (long start, long end) && (shape.Length == 0 || shape[0] != end - start))
            throw Wrong($"its shape {TensorInfo.Format(shape)} does not have the rows in its name");
        if (TensorInfo.Count(shape) is not long count)
            throw Wrong($"its shape {TensorInfo.Format(shape)} is too large to exist");
        long size = count * TensorInfo.SizeOf(type),
            length = tensor.Length ?? file.Length - tensor.Offset;
        if (length != size)
            throw Wrong($"its shape {TensorInfo.Format(shape)} of {type} takes {size} bytes, but its data have {length}");
        if (tensor.Offset > file.Length - size)
            throw Wrong($"its {size} bytes at byte {tensor.Offset} are outside {file.Path}, which has {file.Length}");
        long[]? strides = name.IsTransposed ? [1, shape[0]] : null;
        return new OnnxPart(
            tensor.Name,
            name.Rows?.Start ?? 0,
            name.Rows is null,
            new StoredTensor(file, type, tensor.Offset, shape, strides)
        );

        WeightFileException Wrong(string problem) =>
            new(path, $"constant '{MessageText.Shorten(tensor.Name)}': {problem}. The file is damaged: fetch it again.");
    }
}
