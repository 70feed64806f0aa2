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
        weight = new Parameter(empty(output, input, kernel, kernel), requires_grad: false);
        RegisterComponents();
    }

    /// <summary>Adds the convolution, with the normalization after it in its weights, to a graph.</summary>
    public string Write(OnnxGraph graph, string x, FreezableBatchNorm normalization)
    {
        string[] values =
        [
            graph.Constant(weight.shape, () => weight.to(float32).mul(normalization.Affine().Factor.view(-1, 1, 1, 1))),
            graph.Constant([weight.shape[0]], () => normalization.Affine().Summand),
        ];
        return graph.Apply("Conv", [x, .. values], ("strides", _stride), ("pads", (long[])[.. _padding, .. _padding]));
    }

    public override Tensor forward(Tensor x) => nn.functional.conv2d(x, weight, null, _stride, _padding); // (B, in, H, W)
}
