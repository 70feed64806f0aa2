using LiftPlus.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Represents a residual block of a ResNet (arXiv 1512.03385): x ← relu(shortcut(x) + branch(x)), (B, C, H, W) to
/// (B, C', H / stride, W / stride).
/// </summary>
public abstract class ResidualBlock : nn.Module<Tensor, Tensor>, IBackboneBlock
{
    private protected ResidualBlock(string name)
        : base(LibTorch.Loaded(name)) { }

    /// <inheritdoc/>
    public IEnumerable<(string Name, Parameter Parameter)> OwnParameters => named_parameters();

    /// <summary>Gets the block's normalizations with their names inside it.</summary>
    public IEnumerable<(string Name, FreezableBatchNorm Module)> Normalizations =>
        named_modules().Where(entry => entry.module is FreezableBatchNorm).Select(entry => (entry.name, (FreezableBatchNorm)entry.module));

    /// <summary>Gets the number of channels C' of the output.</summary>
    internal abstract long OutputWidth { get; }

    /// <inheritdoc/>
    public void Unfreeze(Func<string, bool> trains)
    {
        foreach ((_, Parameter parameter) in OwnParameters.Where(own => trains(own.Name)))
            parameter.requires_grad_(true);
    }

    /// <summary>Lets the block's normalisations use and learn batch statistics in training.</summary>
    public void TrainStatistics()
    {
        foreach ((_, FreezableBatchNorm normalization) in Normalizations)
            normalization.TrainsStatistics = true;
    }

    /// <summary>Adds the block to a graph.</summary>
    internal abstract string Write(OnnxGraph graph, string x);

    /// <summary>Creates the convolution and the normalization of a shortcut; null if the output has the shape of the input.</summary>
    private protected static ModuleList<nn.Module<Tensor, Tensor>>? Downsample(
        long channels,
        long output,
        long stride,
        bool pools = false
    ) =>
        stride == 1 && channels == output
            ? null
            : nn.ModuleList<nn.Module<Tensor, Tensor>>(
                new PlainConvolution(channels, output, kernel: 1, stride: pools ? 1 : stride),
                new FreezableBatchNorm(output)
            );
}
