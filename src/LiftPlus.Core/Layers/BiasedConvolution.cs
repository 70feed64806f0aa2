using LiftPlus.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>Represents a square convolution with a bias. Its values are unset until they are loaded.</summary>
internal sealed class BiasedConvolution : nn.Module<Tensor, Tensor>
{
    internal readonly Parameter weight; // (out, in, k, k), or (out, 1, k, k) where each channel has its own filter
    internal readonly Parameter bias; // (out)
    private readonly long _stride,
        _padding,
        _groups;

    private BiasedConvolution(long input, long output, long kernel, long stride, long padding, long groups)
        : base(nameof(BiasedConvolution))
    {
        (_stride, _padding, _groups) = (stride, padding, groups);
        weight = new Parameter(empty(output, input / groups, kernel, kernel), requires_grad: false);
        bias = new Parameter(empty(output), requires_grad: false);
        RegisterComponents();
    }

    /// <summary>Creates a convolution whose stride is its kernel.</summary>
    public static BiasedConvolution Patches(long input, long output, long kernel) => new(input, output, kernel, kernel, 0, 1);

    /// <summary>Creates a convolution that keeps the size and filters each channel by itself.</summary>
    public static BiasedConvolution Depthwise(long channels, long kernel) => new(channels, channels, kernel, 1, kernel / 2, channels);

    /// <summary>Adds the convolution to a graph.</summary>
    public string Write(OnnxGraph graph, string x) =>
        graph.Apply(
            "Conv",
            [x, graph.Constant(weight), graph.Constant(bias)],
            ("strides", new[] { _stride, _stride }),
            ("pads", new[] { _padding, _padding, _padding, _padding }),
            ("group", _groups)
        );

    public override Tensor forward(Tensor x) => // (B, in, H, W)
        nn.functional.conv2d(x, weight, bias, [_stride, _stride], [_padding, _padding], groups: _groups);
}
