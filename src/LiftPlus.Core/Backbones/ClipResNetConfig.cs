using LiftPlus.Backbones.Loading;

namespace LiftPlus.Backbones;

/// <summary>Represents the sizes of CLIP's ResNet (arXiv 2103.00020).</summary>
public sealed record ClipResNetConfig : ImageEncoderConfig
{
    private const int Reduction = 32; // the image is halved five times

    /// <summary>
    /// Gets the number of channels P after the stem and inside the blocks of the first stage. Each stage doubles it, and a block returns
    /// four times as many.
    /// </summary>
    /// <value>The default value is 64.</value>
    public int Width { get; init; } = 64;

    /// <summary>Gets the number of blocks of each stage.</summary>
    public required ResNetDepths Depths { get; init; }

    /// <summary>Gets the number of attention heads of the pooling, usually one per 64 of its 32 P channels.</summary>
    public required int Heads { get; init; }

    /// <summary>Gets the number of entries E of the joint image and text space, which the feature is already in.</summary>
    public required int OutputDimension { get; init; }

    /// <inheritdoc/>
    public override int FeatureDimension => OutputDimension;

    /// <inheritdoc/>
    public override bool FeatureIsEmbedding => true;

    internal override int SizeStep => Reduction;

    internal override PositionGrid Positions => new("image.attnpool.pos_embed", 1, ImageSize / Reduction, ImageSize / Reduction);

    internal override (int Width, int Heads)? HeadSplit => (32 * Width, Heads);

    internal override string Summary => $"ResNet {FeatureDimension}";

    /// <inheritdoc/>
    public override ImageEncoder CreateEncoder() => new ClipResNet(this);

    internal override ImageEncoderConfig With(int? heads, Activation? activation) => this with { Heads = heads ?? Heads };

    internal override void AddTensors(ExpectedTensors tensors)
    {
        long stem = Width / 2,
            width = 32L * Width,
            side = Positions.Rows;
        tensors.AddNormalized("image.conv1", "image.bn1", [stem, Channels, 3, 3]);
        tensors.AddNormalized("image.conv2", "image.bn2", [stem, stem, 3, 3]);
        tensors.AddNormalized("image.conv3", "image.bn3", [Width, stem, 3, 3]);
        tensors.AddStages(Width, Width, Depths);
        tensors.Add("image.attnpool.pos_embed", 1 + side * side, width);
        foreach (string part in new[] { "q_proj", "k_proj", "v_proj" })
            tensors.AddAffine("image.attnpool." + part, [width, width]);
        tensors.AddAffine("image.attnpool.c_proj", [OutputDimension, width]);
    }
}
