namespace LiftPlus.Backbones;

/// <summary>Numbers of blocks in a ResNet's four stages.</summary>
public sealed record ResNetDepths(int Stage1, int Stage2, int Stage3, int Stage4)
{
    /// <summary>3, 4, 6, 3.</summary>
    public static ResNetDepths ResNet50 { get; } = new(3, 4, 6, 3);

    /// <summary>3, 4, 23, 3.</summary>
    public static ResNetDepths ResNet101 { get; } = new(3, 4, 23, 3);

    /// <summary>3, 8, 36, 3.</summary>
    public static ResNetDepths ResNet152 { get; } = new(3, 8, 36, 3);

    /// <summary>The four numbers in order.</summary>
    public IReadOnlyList<int> ToList() => [Stage1, Stage2, Stage3, Stage4];
}

/// <summary>Sizes of a ResNet of bottleneck blocks (arXiv 1512.03385), timm's.</summary>
public sealed record ResNetConfig : ImageEncoderConfig
{
    /// <summary>Channels behind the first convolution.</summary>
    /// <value>The default value is 64.</value>
    public int StemWidth { get; init; } = 64;

    /// <summary>
    /// Channels P within the blocks of the first stage; each stage doubles them, and a block puts out four times as many.
    /// </summary>
    /// <value>The default value is 64.</value>
    public int Width { get; init; } = 64;

    /// <summary>Blocks of each stage.</summary>
    public required ResNetDepths Depths { get; init; }

    /// <inheritdoc/>
    public override int FeatureDimension => 32 * Width;

    /// <inheritdoc/>
    public override ImageEncoder CreateEncoder() => new ResNet(this);
}

/// <summary>Sizes of CLIP's ResNet (arXiv 2103.00020).</summary>
public sealed record ClipResNetConfig : ImageEncoderConfig
{
    /// <summary>
    /// Channels P behind the stem and within the blocks of the first stage; each stage doubles them, and a block puts out four times as
    /// many.
    /// </summary>
    /// <value>The default value is 64.</value>
    public int Width { get; init; } = 64;

    /// <summary>Blocks of each stage.</summary>
    public required ResNetDepths Depths { get; init; }

    /// <summary>Attention heads of the pooling, usually one per 64 of its 32 P channels.</summary>
    public required int Heads { get; init; }

    /// <summary>Entries E of the joint image and text space, in which the feature is already.</summary>
    public required int OutputDimension { get; init; }

    /// <inheritdoc/>
    public override int FeatureDimension => OutputDimension;

    /// <inheritdoc/>
    public override bool FeatureIsEmbedding => true;

    /// <inheritdoc/>
    public override ImageEncoder CreateEncoder() => new ClipResNet(this);
}
