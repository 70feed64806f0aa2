using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Represents the bottleneck block of ResNets (arXiv 1512.03385): x ← relu(shortcut(x) + bn3 conv3 relu bn2 conv2 relu bn1 conv1 x),
/// channels → P → P → 4P. In timm the 3x3 convolution and the shortcut's convolution have the stride; in CLIP a pooling layer before the
/// 1x1 convolutions has it (arXiv 2103.00020). In antialiased ResNets a pooling layer after the 3x3 convolution has it.
/// </summary>
internal sealed partial class ResidualBottleneck : ResidualBlock
{
    public const int Expansion = 4;

    internal readonly PlainConvolution conv1,
        conv2,
        conv3;
    internal readonly FreezableBatchNorm bn1,
        bn2,
        bn3;
    internal readonly ModuleList<nn.Module<Tensor, Tensor>>? downsample; // convolution, normalisation
    private readonly long _pool;
    private readonly Antialiasing _antialiasing;

    public ResidualBottleneck(long channels, long planes, long stride, bool pools, Antialiasing antialiasing = Antialiasing.None)
        : base(nameof(ResidualBottleneck))
    {
        _antialiasing = stride == 1 ? Antialiasing.None : antialiasing;
        _pool = pools ? stride : 1;
        OutputWidth = planes * Expansion;
        conv1 = new PlainConvolution(channels, planes, kernel: 1);
        bn1 = new FreezableBatchNorm(planes);
        conv2 = new PlainConvolution(planes, planes, kernel: 3, stride: pools || _antialiasing != Antialiasing.None ? 1 : stride);
        bn2 = new FreezableBatchNorm(planes);
        conv3 = new PlainConvolution(planes, OutputWidth, kernel: 1);
        bn3 = new FreezableBatchNorm(OutputWidth);
        downsample = Downsample(channels, OutputWidth, stride, pools);
        RegisterComponents();
    }

    internal override long OutputWidth { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) // (B, C, H, W)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor y = bn1.forward(conv1.forward(x)).relu_();
        y = _antialiasing.Halve(bn2.forward(conv2.forward(y)).relu_());
        y = bn3.forward(conv3.forward(Pooled(y)));
        Tensor shortcut = downsample is null ? x : downsample[1].forward(downsample[0].forward(Pooled(x)));
        return TensorMath.Add(shortcut, y).relu_().MoveToOuterDisposeScope(); // (B, 4P, H / stride, W / stride)
    }

    private Tensor Pooled(Tensor x) => _pool == 1 ? x : nn.functional.avg_pool2d(x, _pool, _pool);
}
