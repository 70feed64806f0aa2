using LiftPlus.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Applies LayerNorm (arXiv 1607.06450) over the last axis. It is computed in float32 whatever the type of the input; the output has the
/// type of the input.
/// </summary>
internal sealed class FloatLayerNorm : nn.Module<Tensor, Tensor>
{
    internal readonly Parameter weight,
        bias;
    private readonly long[] _shape;
    private readonly double _eps;

    public FloatLayerNorm(long width, double eps)
        : base(nameof(FloatLayerNorm))
    {
        (_shape, _eps) = ([width], eps);
        weight = new Parameter(empty(width), requires_grad: false);
        bias = new Parameter(empty(width), requires_grad: false);
        RegisterComponents();
    }

    /// <summary>Adds it to a graph.</summary>
    public string Write(OnnxGraph graph, string x) => graph.LayerNorm(x, weight, bias, _eps);

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) // (..., D)
    {
        // On the CPU one kernel reads and writes bfloat16 around float32 arithmetic; on CUDA all types must be equal.
        if (x.dtype == float32 || x.device_type == DeviceType.CPU)
            return nn.functional.layer_norm(x, _shape, weight, bias, _eps);
        return nn.functional.layer_norm(x.to(float32), _shape, weight, bias, _eps).to(x.dtype);
    }
}
