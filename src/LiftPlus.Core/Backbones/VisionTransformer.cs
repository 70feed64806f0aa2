using LiftPlus.Layers;
using LiftPlus.Sites;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Backbones;

/// <summary>
/// Represents the Vision Transformer (arXiv 2010.11929) with timm's names, and the variants of it in CLIP, SigLIP, DINOv2, DINOv3, the
/// Perception Encoder, EVA-02, BEiT and timm: which parts there are is in <see cref="VisionTransformerConfig"/>.
/// </summary>
internal sealed partial class VisionTransformer : ImageEncoder
{
    internal readonly PatchEmbed patch_embed;
    internal readonly Parameter? cls_token; // (D)
    internal readonly Parameter? reg_token; // (R, D)
    internal readonly Parameter? pos_embed; // (N, D), or (1 + N, D) with a row for the class token
    internal readonly FloatLayerNorm? norm_pre;
    internal readonly ModuleList<TransformerBlock> blocks;
    internal readonly FloatLayerNorm norm;
    internal readonly LatentAttentionPool? attn_pool;
    internal readonly AdapterSite feature = new();

    private readonly RotaryPositions? _rotary;

    /// <summary>Builds the network with unset values.</summary>
    /// <exception cref="LiftPlusException">The sizes do not fit together.</exception>
    public VisionTransformer(VisionTransformerConfig config)
        : base(nameof(VisionTransformer))
    {
        if (config.PatchSize <= 0 || config.ImageSize < config.PatchSize)
            throw new LiftPlusException(
                $"An image of {config.ImageSize} pixels cannot be cut into patches of {config.PatchSize}; it must hold at least one."
            );
        Config = config;
        patch_embed = new PatchEmbed(config.Channels, config.Width, config.PatchSize, config.PatchBias);
        cls_token = config.HasClassToken ? new Parameter(empty(config.Width), requires_grad: false) : null;
        reg_token = config.Registers > 0 ? new Parameter(empty(config.Registers, config.Width), requires_grad: false) : null;
        pos_embed = config.Positions is null
            ? null
            : new Parameter(empty(config.GlobalRows + config.Places, config.Width), requires_grad: false);
        norm_pre = config.PreNorm ? new FloatLayerNorm(config.Width, config.LayerNormEps) : null;
        if (config.Rotary is RotaryKind kind && config.Heads > 0)
            _rotary = new RotaryPositions(kind, config.Grid, config.Width / config.Heads, config.HasClassToken);
        blocks = nn.ModuleList([.. Enumerable.Range(0, config.Depth).Select(_ => new TransformerBlock(config.Block(_rotary)))]);
        norm = new FloatLayerNorm(config.Width, config.LayerNormEps);
        attn_pool = config.Pooling == TokenPooling.Attention ? new LatentAttentionPool(config.Pool) : null;
        RegisterComponents();
    }

    /// <summary>Gets the sizes of the network.</summary>
    public VisionTransformerConfig Config { get; }

    /// <inheritdoc/>
    public override long FeatureDimension => Config.Width;

    /// <inheritdoc/>
    public override IReadOnlyList<TransformerBlock> Blocks => [.. blocks];

    /// <inheritdoc/>
    public override AdapterSite FeatureSite => feature;

    /// <inheritdoc/>
    internal override (int Rows, int Columns, int Pixels)? TokenGrid => (Config.Grid.Rows, Config.Grid.Columns, Config.PatchSize);

    /// <inheritdoc/>
    public override Tensor forward(Tensor images) // (B, 3, R, R)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Embed(images);
        // Where the feature is the class token, the last block need not compute the others.
        for (int i = 0; i < blocks.Count; i++)
            x = i < blocks.Count - 1 || Config.Pooling != TokenPooling.ClassToken ? blocks[i].forward(x) : blocks[i].ForwardFirstToken(x);
        x = Pool(x); // (B, D)
        return feature.forward(x, x).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Computes what enters the first block, (B, N, D), in the type of the frozen weights: class token, registers, patches.
    /// </summary>
    internal Tensor Embed(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = patch_embed.forward(images); // (B, N, D)
        Tensor? first = cls_token?.to(x.dtype).unsqueeze(0); // (1, D)
        if (pos_embed?.to(x.dtype) is Tensor positions)
        {
            long rows = Config.GlobalRows;
            x = TensorMath.Add(x, rows == 0 ? positions : positions.narrow(0, rows, positions.shape[0] - rows));
            first = rows == 0 ? first : TensorMath.Add(first!, positions.narrow(0, 0, 1));
        }

        Tensor[] front = [.. new[] { first, reg_token?.to(x.dtype) }.OfType<Tensor>().Select(rows => rows.expand(x.shape[0], -1, -1))];
        if (front.Length > 0)
            x = cat([.. front, x], 1);
        return (norm_pre?.forward(x) ?? x).MoveToOuterDisposeScope();
    }

    /// <summary>Computes the feature (B, D) in float32 of what leaves the last block, (B, N, D), or of its first token alone.</summary>
    internal Tensor Pool(Tensor x)
    {
        switch (Config.Pooling)
        {
            case TokenPooling.ClassToken:
                return norm.forward(x.select(1, 0).to(float32));
            case TokenPooling.Attention:
                return attn_pool!.forward(PlaceValues.Pass(norm.forward(x))).to(float32);
            default: // the patches are the last tokens, whatever was inserted
                Tensor patches = x.narrow(1, x.shape[1] - Config.Places, Config.Places);
                return Config.NormalizesPooled
                    ? norm.forward(PlaceValues.Pass(patches.to(float32)).mean([1]))
                    : PlaceValues.Pass(norm.forward(patches)).to(float32).mean([1]);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _rotary?.Dispose();
        base.Dispose(disposing);
    }
}
