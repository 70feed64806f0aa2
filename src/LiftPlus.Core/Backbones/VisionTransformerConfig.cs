using LiftPlus.Backbones.Loading;

namespace LiftPlus.Backbones;

/// <summary>
/// Represents the sizes of a vision transformer (arXiv 2010.11929): the image tower of CLIP or SigLIP, DINO, a model of timm and others.
/// </summary>
public sealed partial record VisionTransformerConfig : ImageEncoderConfig
{
    /// <summary>
    /// Gets the side of a square patch in pixels. If it does not divide <see cref="ImageEncoderConfig.ImageSize"/>, the pixels beyond the
    /// last whole patch are not seen (SigLIP So400m/14 at 384).
    /// </summary>
    public required int PatchSize { get; init; }

    /// <summary>Gets the number of entries D of a token.</summary>
    public required int Width { get; init; }

    /// <summary>Gets the number of blocks.</summary>
    public required int Depth { get; init; }

    /// <summary>Gets the number of attention heads; it divides <see cref="Width"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>Gets the number of entries between the linear layers of a block's MLP, usually 4 D.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Gets the activation of the MLP.</summary>
    /// <value>The default value is <see cref="Activation.QuickGelu"/>, as in CLIP.</value>
    public Activation Activation { get; init; } = Activation.QuickGelu;

    /// <summary>Gets the epsilon of every LayerNorm: 1e-5 in CLIP, 1e-6 in timm.</summary>
    /// <value>The default value is 1e-5.</value>
    public double LayerNormEps { get; init; } = 1e-5;

    /// <summary>Gets whether a LayerNorm (`norm_pre`) precedes the first block, as in CLIP.</summary>
    /// <value>The default value is true.</value>
    public bool PreNorm { get; init; } = true;

    /// <summary>Gets whether the patch convolution has a bias. It has one in timm and none in CLIP.</summary>
    /// <value>The default value is false.</value>
    public bool PatchBias { get; init; }

    /// <summary>
    /// Gets whether each branch of a block is scaled entry by entry before it is added (arXiv 2103.17239), as in DINOv2
    /// (arXiv 2304.07193).
    /// </summary>
    /// <value>The default value is false.</value>
    public bool LayerScale { get; init; }

    /// <summary>Gets how the tokens become the feature.</summary>
    /// <value>The default value is <see cref="TokenPooling.ClassToken"/>.</value>
    public TokenPooling Pooling { get; init; } = TokenPooling.ClassToken;

    /// <summary>Gets the number of tokens after embedding: one per patch, the class token if there is one, and registers.</summary>
    public int TokenCount => GlobalTokens + (int)Places;

    /// <inheritdoc/>
    public override int FeatureDimension => Width;

    internal override int SizeStep => PatchSize;

    internal override PositionGrid? Positions =>
        PositionRows == PositionRows.None ? null : new("image.pos_embed", GlobalRows, Grid.Rows, Grid.Columns);

    internal override Activation? MlpActivation => IsGated ? null : Activation;

    internal override (int Width, int Heads)? HeadSplit => (Width, Heads);

    internal override string Summary => $"ViT {Width}x{Depth}/{PatchSize}";

    /// <inheritdoc/>
    public override ImageEncoder CreateEncoder() => new VisionTransformer(this);

    internal override ImageEncoderConfig With(int? heads, Activation? activation) =>
        this with
        {
            Heads = heads ?? Heads,
            Activation = activation ?? Activation,
        };
}
