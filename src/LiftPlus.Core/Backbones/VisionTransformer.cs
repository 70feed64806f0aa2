using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using LiftPlus.Layers;
using LiftPlus.Peft;

namespace LiftPlus.Backbones;

/// <summary>
/// The Vision Transformer (arXiv 2010.11929) as timm and OpenAI's CLIP (arXiv 2103.00020) have it, with timm's names. The feature is the
/// class token after the last LayerNorm.
/// </summary>
public sealed class VisionTransformer : ImageEncoder
{
    internal readonly PatchEmbed patch_embed;
    internal readonly Parameter cls_token; // (D)
    internal readonly Parameter pos_embed; // (1 + (R/P)², D)
    internal readonly FloatLayerNorm? norm_pre; // CLIP only
    internal readonly ModuleList<TransformerBlock> blocks;
    internal readonly FloatLayerNorm norm;
    internal readonly AdapterSite feature = new();

    /// <summary>Builds the network with unset values.</summary>
    /// <exception cref="LiftPlusException">Sizes that do not fit each other.</exception>
    public VisionTransformer(VisionTransformerConfig config) : base(nameof(VisionTransformer))
    {
        if (config.PatchSize <= 0 || config.ImageSize % config.PatchSize != 0)
            throw new LiftPlusException($"An image of {config.ImageSize} pixels cannot be cut into patches of {config.PatchSize}; the patch size must divide it.");
        Config = config;
        long grid = config.ImageSize / config.PatchSize;
        patch_embed = new PatchEmbed(config.Channels, config.Width, config.PatchSize, config.PatchBias);
        cls_token = new Parameter(empty(config.Width), requires_grad: false);
        pos_embed = new Parameter(empty(1 + grid * grid, config.Width), requires_grad: false);
        norm_pre = config.PreNorm ? new FloatLayerNorm(config.Width, config.LayerNormEps) : null;
        blocks = nn.ModuleList([.. Enumerable.Range(0, config.Depth).Select(_ =>
            new TransformerBlock(config.Width, config.Heads, config.HiddenSize, config.Activation, config.LayerNormEps))]);
        norm = new FloatLayerNorm(config.Width, config.LayerNormEps);
        RegisterComponents();
    }

    /// <summary>The network's sizes.</summary>
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
        x = cat([cls_token.to(x.dtype).expand(x.shape[0], 1, -1), x], 1); // (B, 1 + N, D)
        x = TensorMath.Add(x, pos_embed.to(x.dtype));
        x = norm_pre?.forward(x) ?? x;
        for (int i = 0; i < blocks.Count; i++)
            x = i < blocks.Count - 1 ? blocks[i].forward(x) : blocks[i].ForwardFirstToken(x); // the feature is the class token
        x = norm.forward(x.select(1, 0).to(float32)); // the class token (B, D)
        return feature.forward(x, x).MoveToOuterDisposeScope();
    }
}
