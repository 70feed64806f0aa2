using LiftPlus.Layers;
using LiftPlus.Sites;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Backbones;

/// <summary>
/// Represents the Vision Transformer (arXiv 2010.11929) of timm, OpenAI's CLIP (arXiv 2103.00020), DINOv2 (arXiv 2304.07193) and SigLIP
/// (arXiv 2303.15343), with timm's names. The feature is the class token after the last LayerNorm, or the result of attention pooling over
/// all tokens after it.
/// </summary>
internal sealed partial class VisionTransformer : ImageEncoder
{
    internal readonly PatchEmbed patch_embed;
    internal readonly Parameter? cls_token; // (D); none with attention pooling
    internal readonly Parameter pos_embed; // (1 + (R/P)², D), or (R/P)² rows without a class token
    internal readonly FloatLayerNorm? norm_pre; // CLIP only
    internal readonly ModuleList<TransformerBlock> blocks;
    internal readonly FloatLayerNorm norm;
    internal readonly LatentAttentionPool? attn_pool;
    internal readonly AdapterSite feature = new();

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
        cls_token = config.GlobalTokens > 0 ? new Parameter(empty(config.Width), requires_grad: false) : null;
        pos_embed = new Parameter(empty(config.TokenCount, config.Width), requires_grad: false);
        norm_pre = config.PreNorm ? new FloatLayerNorm(config.Width, config.LayerNormEps) : null;
        blocks = nn.ModuleList([
            .. Enumerable
                .Range(0, config.Depth)
                .Select(_ => new TransformerBlock(
                    config.Width,
                    config.Heads,
                    config.HiddenSize,
                    config.Activation,
                    config.LayerNormEps,
                    scales: config.LayerScale
                )),
        ]);
        norm = new FloatLayerNorm(config.Width, config.LayerNormEps);
        attn_pool =
            config.Pooling == TokenPooling.Attention
                ? new LatentAttentionPool(config.Width, config.Heads, config.HiddenSize, config.Activation, config.LayerNormEps)
                : null;
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
    public override Tensor forward(Tensor images) // (B, 3, R, R)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = patch_embed.forward(images); // (B, N, D), in the type of the frozen weights
        if (cls_token is not null)
            x = cat([cls_token.to(x.dtype).expand(x.shape[0], 1, -1), x], 1); // (B, 1 + N, D)
        x = TensorMath.Add(x, pos_embed.to(x.dtype));
        x = norm_pre?.forward(x) ?? x;
        // Where the feature is the class token, the last block need not compute the others.
        for (int i = 0; i < blocks.Count; i++)
            x = i < blocks.Count - 1 || attn_pool is not null ? blocks[i].forward(x) : blocks[i].ForwardFirstToken(x);
        x = attn_pool is null ? norm.forward(x.select(1, 0).to(float32)) : attn_pool.forward(norm.forward(x)).to(float32); // (B, D)
        return feature.forward(x, x).MoveToOuterDisposeScope();
    }
}
