using LiftPlus.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Represents the block of ResNet-18 and ResNet-34 (figure 5 of arXiv 1512.03385): x ← relu(shortcut(x) + bn2 conv2 relu bn1 conv1 x),
/// channels → P → P. The first 3x3 convolution and the shortcut's convolution have the stride.
/// </summary>
internal sealed class ResidualBasicBlock : ResidualBlock
{
    public const int Expansion = 1;

    internal readonly PlainConvolution conv1,
        conv2;
    internal readonly FreezableBatchNorm bn1,
        bn2;
    internal readonly ModuleList<nn.Module<Tensor, Tensor>>? downsample; // convolution, normalisation

    public ResidualBasicBlock(long channels, long planes, long stride)
        : base(nameof(ResidualBasicBlock))
    {
        conv1 = new PlainConvolution(channels, planes, kernel: 3, stride: stride);
        bn1 = new FreezableBatchNorm(planes);
        conv2 = new PlainConvolution(planes, planes, kernel: 3);
        bn2 = new FreezableBatchNorm(planes);
        downsample = Downsample(channels, planes, stride);
        OutputWidth = planes;
        RegisterComponents();
    }

    internal override long OutputWidth { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) // (B, C, H, W)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor y = bn1.forward(conv1.forward(x)).relu_();
        y = bn2.forward(conv2.forward(y));
        Tensor shortcut = downsample is null ? x : downsample[1].forward(downsample[0].forward(x));
        return TensorMath.Add(shortcut, y).relu_().MoveToOuterDisposeScope(); // (B, P, H / stride, W / stride)
    }

    internal override string Write(OnnxGraph graph, string x)
    {
        string y = graph.Apply("Relu", [conv1.Write(graph, x, bn1)]);
        y = conv2.Write(graph, y, bn2);
        string shortcut = downsample is null ? x : ((PlainConvolution)downsample[0]).Write(graph, x, (FreezableBatchNorm)downsample[1]);
        return graph.Apply("Relu", [graph.Binary("Add", shortcut, y)]);
    }
}
