using static TorchSharp.torch;

namespace LiftPlus.Sites;

/// <summary>
/// Represents the linear layer whose output an adapter changes: all of a layer, or the query, key or value part of a fused one.
/// </summary>
/// <param name="InputWidth">The width of x.</param>
/// <param name="OutputWidth">The width of y.</param>
/// <param name="Weight">Gets the weight in use (out, in), in the type that it is stored in.</param>
/// <param name="Bias">Gets the bias in use (out); null if there is none.</param>
internal sealed record LinearSource(long InputWidth, long OutputWidth, Func<Tensor> Weight, Func<Tensor?> Bias);
