using LiftPlus.Layers;
using LiftPlus.Sites;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Backbones;

/// <summary>
/// Represents a ResNet (arXiv 1512.03385) with timm's names. The feature is the mean over all places.
/// </summary>
internal sealed partial class ResNet : ImageEncoder
{
    internal readonly PlainConvolution conv1;
    internal readonly FreezableBatchNorm bn1;
    internal readonly ModuleList<ResidualBlock> layer1,
        layer2,
        layer3,
        layer4;
    internal readonly AdapterSite feature = new();

    /// <summary>Builds the network with unset values.</summary>
    /// <exception cref="LiftPlusException">A size is below 1.</exception>
    public ResNet(ResNetConfig config)
        : base(nameof(ResNet))
    {
        Config = config;
        ResNetStages.Check(config.Width, config.StemWidth, config.Depths);
        conv1 = new PlainConvolution(config.Channels, config.StemWidth, kernel: 7, stride: 2);
        bn1 = new FreezableBatchNorm(config.StemWidth);
        (layer1, layer2, layer3, layer4) = ResNetStages.Create(config.StemWidth, config.Width, config.Depths, (channels, planes, stride) =>
            config.Block == ResNetBlock.Basic
                ? new ResidualBasicBlock(channels, planes, stride)
                : new ResidualBottleneck(channels, planes, stride, pools: false, config.Antialiasing)
        );
        RegisterComponents();
    }

    /// <summary>Gets the sizes of the network.</summary>
    public ResNetConfig Config { get; }

    /// <inheritdoc/>
    public override long FeatureDimension => Config.FeatureDimension;

    /// <inheritdoc/>
    public override IReadOnlyList<ResidualBlock> ResidualBlocks => [.. layer1, .. layer2, .. layer3, .. layer4];

    /// <inheritdoc/>
    public override AdapterSite FeatureSite => feature;

    /// <inheritdoc/>
    public override Tensor forward(Tensor images) // (B, 3, R, R)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Enter(images); // (B, S, R / 4, R / 4)
        foreach (ResidualBlock block in ResidualBlocks)
            x = block.forward(x);
        x = PlaceValues.Pass(x).mean([2, 3]); // (B, D)
        return feature.forward(x, x).MoveToOuterDisposeScope();
    }

    /// <summary>Computes what enters the first block.</summary>
    internal Tensor Enter(Tensor images) => Halve(bn1.forward(conv1.forward(images)).relu_());

    private Tensor Halve(Tensor x) =>
        Config.Antialiasing switch
        {
            Antialiasing.None => nn.functional.max_pool2d(x, 3, 2, 1),
            Antialiasing.Mean => Config.Antialiasing.Halve(x),
            _ => Config.Antialiasing.Halve(nn.functional.max_pool2d(x, 3, 1, 1)),
        };
}
