using System.Text.Json.Serialization;
using LiftPlus.Backbones.Loading;
using LiftPlus.Layers;

namespace LiftPlus.Backbones;

/// <summary>Represents the sizes of a ResNet (arXiv 1512.03385), as in timm.</summary>
public sealed record ResNetConfig : ImageEncoderConfig
{
    /// <summary>Gets the number of channels after the first convolution.</summary>
    /// <value>The default value is 64.</value>
    public int StemWidth { get; init; } = 64;

    /// <summary>
    /// Gets the number of channels P inside the blocks of the first stage. Each stage doubles it. A bottleneck block returns four times as
    /// many, a basic block as many.
    /// </summary>
    /// <value>The default value is 64.</value>
    public int Width { get; init; } = 64;

    /// <summary>Gets the number of blocks of each stage.</summary>
    public required ResNetDepths Depths { get; init; }

    /// <summary>Gets the kind of the blocks.</summary>
    /// <value>The default value is <see cref="ResNetBlock.Bottleneck"/>.</value>
    public ResNetBlock Block { get; init; }

    /// <summary>Gets the pooling that has the strides in place of the 3x3 convolutions.</summary>
    [JsonInclude]
    internal Antialiasing Antialiasing { get; init; }

    /// <inheritdoc/>
    public override int FeatureDimension =>
        8 * Width * (Block == ResNetBlock.Basic ? ResidualBasicBlock.Expansion : ResidualBottleneck.Expansion);

    internal override string Summary => $"ResNet {FeatureDimension}";

    /// <inheritdoc/>
    public override ImageEncoder CreateEncoder() => new ResNet(this);

    internal override void AddTensors(ExpectedTensors tensors)
    {
        tensors.AddNormalized("image.conv1", "image.bn1", [StemWidth, Channels, 7, 7]);
        tensors.AddStages(StemWidth, Width, Depths, Block);
    }
}
