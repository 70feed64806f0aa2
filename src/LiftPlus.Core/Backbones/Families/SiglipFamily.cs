using System.Collections.Immutable;
using LiftPlus.Backbones.Libraries;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Families;

/// <summary>Represents the image towers of SigLIP (arXiv 2303.15343; So400m: arXiv 2305.13035). The text towers are left out.</summary>
internal sealed class SiglipFamily : BackboneFamily
{
    public static readonly BackboneConfig ViTB16 = Create("SigLIP ViT-B/16", 224, 16, width: 768, depth: 12, heads: 12, hidden: 3072),
        ViTL16At256 = Create("SigLIP ViT-L/16@256px", 256, 16, width: 1024, depth: 24, heads: 16, hidden: 4096),
        So400m14At384 = Create("SigLIP So400m/14@384px", 384, 14, width: 1152, depth: 27, heads: 16, hidden: 4304);

    private const double Eps = 1e-6;

    public override ImmutableArray<BackboneConfig> Known => [ViTB16, ViTL16At256, So400m14At384];

    public override ImmutableArray<PublishedForm> Forms { get; } =
    [
        new()
        {
            Naming = WeightNaming.HuggingFace,
            Names = new KeyMap
            {
                Name = "Hugging Face SiglipVisionModel",
                Marks = ["vision_model.head.probe", "vision_model.embeddings.patch_embedding.weight"],
                Ignored = ["*.embeddings.position_ids", "text_model.*", "logit_scale", "logit_bias"],
                Rows =
                [
                    .. KeyRows.Affine("image.patch_embed.proj", "vision_model.embeddings.patch_embedding"),
                    new("image.pos_embed", "vision_model.embeddings.position_embedding.weight"),
                    .. Transformers.ClipBlock("image.blocks.{n}", "vision_model.encoder.layers.{n}"),
                    .. KeyRows.Affine("image.norm", "vision_model.post_layernorm"),
                    new("image.attn_pool.latent", "vision_model.head.probe", KeyTransform.RankThree),
                    new("image.attn_pool.qkv.weight", "vision_model.head.attention.in_proj_weight"),
                    new("image.attn_pool.qkv.bias", "vision_model.head.attention.in_proj_bias"),
                    .. KeyRows.Affine("image.attn_pool.proj", "vision_model.head.attention.out_proj"),
                    .. KeyRows.Affine("image.attn_pool.norm", "vision_model.head.layernorm"),
                    .. KeyRows.Affine("image.attn_pool.mlp.fc1", "vision_model.head.mlp.fc1"),
                    .. KeyRows.Affine("image.attn_pool.mlp.fc2", "vision_model.head.mlp.fc2"),
                ],
            },
            UsualActivation = Activation.GeluTanh,
            Read = reader =>
            {
                Transformers.RequireType(reader, "siglip_vision_model", "siglip");
                return Transformers.ReadImageTower(reader, Activation.GeluTanh, Eps, PreprocessConfig.Centered);
            },
            Describe = config =>
                Transformers.DescribeImageTower(config, "siglip_vision_model", "SiglipVisionModel", "SiglipImageProcessor"),
        },
        new()
        {
            Naming = WeightNaming.Timm, // open_clip has the same names below "visual.trunk."
            Names = new KeyMap
            {
                Name = "timm VisionTransformer with attention pooling",
                Marks = ["attn_pool.latent", "patch_embed.proj.weight"],
                Ignored = ["head.*"],
                Rows =
                [
                    .. Timm.Tower(),
                    new("image.attn_pool.latent", "attn_pool.latent", KeyTransform.RankThree),
                    .. new[] { ".weight", ".bias" }.Select(end => new KeyRow(
                        "image.attn_pool.qkv" + end,
                        ["attn_pool.q" + end, "attn_pool.kv" + end],
                        KeyTransform.Rows
                    )
                    {
                        Parts = [1, 2],
                    }),
                    .. new[] { "proj", "norm", "mlp.fc1", "mlp.fc2" }.SelectMany(part =>
                        KeyRows.Affine("image.attn_pool." + part, "attn_pool." + part)
                    ),
                ],
            },
            UsualActivation = Activation.Gelu,
            Read = reader => Timm.ReadViT(reader, "map", Eps, PreprocessConfig.Centered),
            Describe = config => Timm.DescribeViT(config, "vit_base_patch16_siglip_224", "map"),
        },
    ];

    public override bool Has(BackboneConfig config) =>
        config is { Text: null, Image: VisionTransformerConfig { Pooling: TokenPooling.Attention } };

    private static BackboneConfig Create(string name, int imageSize, int patch, int width, int depth, int heads, int hidden) =>
        new()
        {
            Name = name,
            Image = new VisionTransformerConfig
            {
                ImageSize = imageSize,
                PatchSize = patch,
                Width = width,
                Depth = depth,
                Heads = heads,
                HiddenSize = hidden,
                Activation = Activation.GeluTanh,
                LayerNormEps = Eps,
                PreNorm = false,
                PatchBias = true,
                Pooling = TokenPooling.Attention,
            },
            Preprocess = PreprocessConfig.Centered with { ImageSize = imageSize },
        };
}
