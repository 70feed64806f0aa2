using static TorchSharp.torch;

namespace LiftPlus.Onnx;

/// <summary>Represents y = x Wᵀ + b whose values, float32, are computed when they are written.</summary>
/// <param name="InputWidth">The width of x.</param>
/// <param name="OutputWidth">The width of y.</param>
/// <param name="Weight">The model's own W, for its name.</param>
/// <param name="Bias">The model's own b, for its name; null if the layer has none.</param>
/// <param name="Values">Computes W (out, in) and b (out) with everything that is folded into them; b is null if there is none.</param>
internal sealed record OnnxLinear(
    long InputWidth,
    long OutputWidth,
    Tensor Weight,
    Tensor? Bias,
    Func<(Tensor Weight, Tensor? Bias)> Values
)
{
    /// <summary>Gets the first row of the model's W that this layer has, and the one after the last; null for all of them.</summary>
    public (long Start, long End)? Part { get; private init; }

    /// <summary>Returns the layer of some consecutive outputs.</summary>
    public OnnxLinear Rows(long start, long count) =>
        this with
        {
            OutputWidth = count,
            Part = (start, start + count),
            Values = () =>
            {
                (Tensor weight, Tensor? bias) = Values();
                return (weight.narrow(0, start, count), bias?.narrow(0, start, count));
            },
        };
}
