namespace LiftPlus.Backbones;

/// <summary>Sizes of an image tower; one record per architecture derives from it.</summary>
public abstract record ImageEncoderConfig
{
    /// <summary>Side of the square input in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Colour channels of the input.</summary>
    /// <value>The default value is 3 (R, G, B).</value>
    public int Channels { get; init; } = 3;

    /// <summary>Number of entries D of the feature that a classifier sees.</summary>
    public abstract int FeatureDimension { get; }

    /// <summary>Whether the feature lies in the joint image and text space already, without a projection.</summary>
    public virtual bool FeatureIsEmbedding => false;

    /// <summary>Builds the network with unset values.</summary>
    /// <exception cref="LiftPlusException">Sizes that do not fit each other.</exception>
    public abstract ImageEncoder CreateEncoder();
}

/// <summary>How a vision transformer's tokens become its feature.</summary>
public enum TokenPooling
{
    /// <summary>The class token, which stands before the patches' tokens.</summary>
    ClassToken,

    /// <summary>A learned query attends to the patches' tokens; there is no class token (SigLIP, arXiv 2303.15343).</summary>
    Attention,
}

/// <summary>Sizes of a vision transformer (arXiv 2010.11929): CLIP's, timm's, DINOv2's or SigLIP's image tower.</summary>
public sealed record VisionTransformerConfig : ImageEncoderConfig
{
    /// <summary>
    /// Side of a square patch in pixels. Where it does not divide <see cref="ImageEncoderConfig.ImageSize"/>, the pixels beyond the last whole
    /// patch are not seen (SigLIP So400m/14 at 384).
    /// </summary>
    public required int PatchSize { get; init; }

    /// <summary>Entries D of a token.</summary>
    public required int Width { get; init; }

    /// <summary>Number of blocks.</summary>
    public required int Depth { get; init; }

    /// <summary>Attention heads; <see cref="Width"/> is a multiple of it.</summary>
    public required int Heads { get; init; }

    /// <summary>Entries between the two linear layers of a block's MLP, usually 4 D.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Activation of the MLP.</summary>
    /// <value>The default value is <see cref="Activation.QuickGelu"/>, CLIP's.</value>
    public Activation Activation { get; init; } = Activation.QuickGelu;

    /// <summary>Epsilon of every LayerNorm: 1e-5 in CLIP, 1e-6 in timm.</summary>
    /// <value>The default value is 1e-5.</value>
    public double LayerNormEps { get; init; } = 1e-5;

    /// <summary>Whether a LayerNorm (`norm_pre`) stands between the position embedding and the first block, as in CLIP.</summary>
    /// <value>The default value is true.</value>
    public bool PreNorm { get; init; } = true;

    /// <summary>Whether the patch convolution has a bias, as in timm; CLIP's has none.</summary>
    /// <value>The default value is false.</value>
    public bool PatchBias { get; init; }

    /// <summary>Whether each branch of a block is scaled entry by entry before it is added (arXiv 2103.17239), as in DINOv2 (arXiv 2304.07193).</summary>
    /// <value>The default value is false.</value>
    public bool LayerScale { get; init; }

    /// <summary>How the tokens become the feature.</summary>
    /// <value>The default value is <see cref="TokenPooling.ClassToken"/>.</value>
    public TokenPooling Pooling { get; init; } = TokenPooling.ClassToken;

    /// <summary>Tokens after embedding: one per patch and the class token, if there is one.</summary>
    public int TokenCount => GlobalTokens + (ImageSize / PatchSize) * (ImageSize / PatchSize);

    /// <summary>Tokens that stand for no place in the image.</summary>
    internal int GlobalTokens => Pooling == TokenPooling.ClassToken ? 1 : 0;

    /// <inheritdoc/>
    public override int FeatureDimension => Width;

    /// <inheritdoc/>
    public override ImageEncoder CreateEncoder() => new VisionTransformer(this);
}

/// <summary>Sizes of CLIP's causal text transformer (arXiv 2103.00020).</summary>
public sealed record TextTransformerConfig
{
    /// <summary>Token places in a text, start and end included.</summary>
    /// <value>The default value is 77.</value>
    public int ContextLength { get; init; } = 77;

    /// <summary>Rows of the token embedding.</summary>
    /// <value>The default value is 49408, that of CLIP's byte-pair vocabulary.</value>
    public int VocabularySize { get; init; } = 49408;

    /// <summary>Entries W of a token.</summary>
    public required int Width { get; init; }

    /// <summary>Number of blocks.</summary>
    public required int Depth { get; init; }

    /// <summary>Attention heads; <see cref="Width"/> is a multiple of it.</summary>
    public required int Heads { get; init; }

    /// <summary>Entries between the two linear layers of a block's MLP, usually 4 W.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Activation of the MLP.</summary>
    /// <value>The default value is <see cref="Activation.QuickGelu"/>.</value>
    public Activation Activation { get; init; } = Activation.QuickGelu;

    /// <summary>Epsilon of every LayerNorm.</summary>
    /// <value>The default value is 1e-5.</value>
    public double LayerNormEps { get; init; } = 1e-5;
}

/// <summary>
/// The architecture of a backbone as data: an image tower, a text tower if it has one, and the joint space. Read from a weight file
/// or folder by <c>Backbone.Load</c>, or taken from <see cref="KnownBackbones"/>.
/// </summary>
public sealed record BackboneConfig
{
    /// <summary>Name for reports and checkpoints, for example "CLIP ViT-B/16".</summary>
    public required string Name { get; init; }

    /// <summary>Sizes of the image tower.</summary>
    public required ImageEncoderConfig Image { get; init; }

    /// <summary>Sizes of the text tower; null when the backbone sees images only.</summary>
    public TextTransformerConfig? Text { get; init; }

    /// <summary>Entries E of the joint image and text space; null without a text tower.</summary>
    public int? EmbedDimension { get; init; }

    /// <summary>What the image tower expects of its pixels.</summary>
    public required PreprocessConfig Preprocess { get; init; }
}
