using LiftPlus.Layers;
using LiftPlus.Sites;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Backbones;

/// <summary>
/// Represents CLIP's ResNet (arXiv 2103.00020): a stem of three convolutions, strides by average pooling, attention pooling. The feature is
/// already in the joint space.
/// </summary>
internal sealed partial class ClipResNet : ImageEncoder
{
    internal readonly PlainConvolution conv1,
        conv2,
        conv3;
    internal readonly FreezableBatchNorm bn1,
        bn2,
        bn3;
    internal readonly ModuleList<ResidualBlock> layer1,
        layer2,
        layer3,
        layer4;
    internal readonly AttentionPool attnpool;
    internal readonly AdapterSite feature = new();

    /// <summary>Builds the network with unset values.</summary>
    /// <exception cref="LiftPlusException">The sizes do not fit together.</exception>
    public ClipResNet(ClipResNetConfig config)
        : base(nameof(ClipResNet))
    {
        Config = config;
        ResNetStages.Check(config.Width / 2, config.Width, config.Depths);
        if (config.ImageSize < 32 || config.ImageSize % 32 != 0)
        {
            throw new LiftPlusException(
                $"An image of {config.ImageSize} pixels does not fit CLIP's ResNet, which halves it five times; give a multiple of 32."
            );
        }

        long stem = config.Width / 2,
            places = (long)(config.ImageSize / 32) * (config.ImageSize / 32);
        conv1 = new PlainConvolution(config.Channels, stem, kernel: 3, stride: 2);
        bn1 = new FreezableBatchNorm(stem);
        conv2 = new PlainConvolution(stem, stem, kernel: 3);
        bn2 = new FreezableBatchNorm(stem);
        conv3 = new PlainConvolution(stem, config.Width, kernel: 3);
        bn3 = new FreezableBatchNorm(config.Width);
        (layer1, layer2, layer3, layer4) = ResNetStages.Create(config.Width, config.Width, config.Depths, (channels, planes, stride) =>
            new ResidualBottleneck(channels, planes, stride, pools: true)
        );
        attnpool = new AttentionPool(places, 32L * config.Width, config.Heads, config.OutputDimension);
        RegisterComponents();
    }

    /// <summary>Gets the sizes of the network.</summary>
    public ClipResNetConfig Config { get; }

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
        Tensor x = bn1.forward(conv1.forward(images)).relu_();
        x = bn2.forward(conv2.forward(x)).relu_();
        x = bn3.forward(conv3.forward(x)).relu_();
        x = nn.functional.avg_pool2d(x, 2, 2); // (B, P, R / 4, R / 4)
        foreach (ResidualBlock block in ResidualBlocks)
            x = block.forward(x);
        x = attnpool.forward(PlaceValues.Pass(x)); // (B, E)
        return feature.forward(x, x).MoveToOuterDisposeScope();
    }
}
