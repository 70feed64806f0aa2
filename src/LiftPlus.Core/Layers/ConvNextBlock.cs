using LiftPlus.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Represents the block of ConvNeXt (arXiv 2201.03545): x ← x + γ · fc2 gelu fc1 norm conv_dw x, where the 7x7 convolution filters each
/// channel by itself and the rest works on the channels of each place.
/// </summary>
internal sealed class ConvNextBlock : ResidualBlock
{
    private const long Kernel = 7;

    internal readonly BiasedConvolution conv_dw;
    internal readonly FloatLayerNorm norm;
    internal readonly AdaptableLinear fc1,
        fc2;
    internal readonly Parameter gamma; // (C)

    public ConvNextBlock(long channels, double eps)
        : base(nameof(ConvNextBlock))
    {
        OutputWidth = channels;
        conv_dw = BiasedConvolution.Depthwise(channels, Kernel);
        norm = new FloatLayerNorm(channels, eps);
        fc1 = new AdaptableLinear(channels, 4 * channels);
        fc2 = new AdaptableLinear(4 * channels, channels);
        gamma = new Parameter(empty(channels), requires_grad: false);
        RegisterComponents();
    }

    internal override long OutputWidth { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) // (B, C, H, W)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor y = norm.forward(conv_dw.forward(x).permute(0, 2, 3, 1)); // (B, H, W, C)
        y = fc2.forward(nn.functional.gelu(fc1.forward(y))).mul(gamma);
        return TensorMath.Add(x, y.permute(0, 3, 1, 2)).MoveToOuterDisposeScope();
    }

    internal override string Write(OnnxGraph graph, string x)
    {
        string y = norm.Write(graph, graph.Transpose(conv_dw.Write(graph, x), 0, 2, 3, 1));
        y = fc2.Write(graph, Activation.Gelu.Write(graph, fc1.Write(graph, y)));
        y = graph.Binary("Mul", y, graph.Constant(gamma));
        return graph.Binary("Add", x, graph.Transpose(y, 0, 3, 1, 2));
    }
}
