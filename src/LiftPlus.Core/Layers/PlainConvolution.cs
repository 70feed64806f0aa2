using LiftPlus.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Represents a square convolution without bias, padded so that stride 1 keeps the size. Its values are unset until they are loaded.
/// </summary>
internal sealed class PlainConvolution : nn.Module<Tensor, Tensor>
{
    internal readonly Parameter weight; // (out, in, k, k)
    private readonly long[] _stride,
        _padding;

    public PlainConvolution(long input, long output, long kernel, long stride = 1)
        : base(nameof(PlainConvolution))
    {
        (_stride, _padding) = ([stride, stride], [kernel / 2, kernel / 2]);
        // The channels of a place lie side by side. Results follow this layout, in which CPUs convolve, pool and normalize faster.
        weight = new Parameter(empty(output, kernel, kernel, input).permute(0, 3, 1, 2), requires_grad: false);
        RegisterComponents();
    }

    /// <summary>Adds the convolution and the normalization after it to a graph. Runtimes make one operator of them.</summary>
    public string Write(OnnxGraph graph, string x, FreezableBatchNorm normalization)
    {
        long[] pads = [.. _padding, .. _padding];
        return normalization.Write(graph, graph.Apply("Conv", [x, graph.Constant(weight)], ("strides", _stride), ("pads", pads)));
    }

    public override Tensor forward(Tensor x) => nn.functional.conv2d(x, weight, null, _stride, _padding); // (B, in, H, W)
}
