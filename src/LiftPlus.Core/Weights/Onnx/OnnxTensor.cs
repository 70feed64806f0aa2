using System.Collections.Immutable;

namespace LiftPlus.Weights.Onnx;

/// <summary>Represents a constant of an ONNX file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements, by its number in onnx.proto.</param>
/// <param name="Shape">The lengths of its axes.</param>
/// <param name="Offset">The position of its data, in the file or in the one that <paramref name="Location"/> names.</param>
/// <param name="Length">The number of bytes of its data; null for the rest of the other file.</param>
/// <param name="Location">The name of the file beside this one that has its data; null if they are inside.</param>
internal sealed record OnnxTensor(string Name, long Type, ImmutableArray<long> Shape, long Offset, long? Length, string? Location);
