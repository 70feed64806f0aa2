using static TorchSharp.torch;

namespace LiftPlus.Onnx;

/// <summary>Represents y = x Wᵀ + b whose values, float32, are computed when they are written.</summary>
/// <param name="InputWidth">The width of x.</param>
/// <param name="OutputWidth">The width of y.</param>
/// <param name="Values">Computes W (out, in) and b (out); b is null if the layer has none.</param>
/// <param name="HasBias">Whether there is b.</param>
internal sealed record OnnxLinear(long InputWidth, long OutputWidth, bool HasBias, Func<(Tensor Weight, Tensor? Bias)> Values)
{
    /// <summary>Returns some consecutive outputs.</summary>
    public OnnxLinear Rows(long start, long count) =>
        this with
        {
            OutputWidth = count,
            Values = () =>
            {
                (Tensor weight, Tensor? bias) = Values();
                return (weight.narrow(0, start, count), bias?.narrow(0, start, count));
            },
        };

    /// <summary>Returns the layer with factors on the product and on the bias.</summary>
    public OnnxLinear Scaled(double product, double bias) =>
        this with
        {
            Values = () =>
            {
                (Tensor weight, Tensor? b) = Values();
                return (TensorMath.Scale(weight, product), b is null ? null : TensorMath.Scale(b, bias));
            },
        };

    /// <summary>Returns the layer with a factor for each of its first outputs.</summary>
    public OnnxLinear ScaledFirst(long count, double factor) =>
        this with
        {
            Values = () =>
            {
                (Tensor weight, Tensor? bias) = Values();
                Tensor factors = ones(OutputWidth, device: weight.device);
                factors = cat([TensorMath.Scale(factors.narrow(0, 0, count), factor), factors.narrow(0, count, OutputWidth - count)]);
                return (weight.mul(factors.unsqueeze(1)), bias?.mul(factors));
            },
        };

    /// <summary>Returns the layer with a factor for each output, γ (out).</summary>
    public OnnxLinear Scaled(Tensor gamma) =>
        this with
        {
            Values = () =>
            {
                (Tensor weight, Tensor? bias) = Values();
                return (weight.mul(gamma.unsqueeze(1)), bias?.mul(gamma));
            },
        };
}
