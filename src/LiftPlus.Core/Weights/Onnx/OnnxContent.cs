namespace LiftPlus.Weights.Onnx;

/// <summary>Represents what an ONNX file holds besides its operators.</summary>
/// <param name="Producer">The program that wrote it; empty if it does not say.</param>
/// <param name="Metadata">Its notes.</param>
/// <param name="Tensors">Its constants, in order.</param>
internal sealed record OnnxContent(string Producer, IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<OnnxTensor> Tensors);
