using System.Collections.Immutable;
using LiftPlus.Backbones.Libraries;
using LiftPlus.Backbones.Loading;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Families;

/// <summary>Represents the plain vision transformer, trained on ImageNet-21K (table 1 of arXiv 2010.11929).</summary>
internal sealed class ViTFamily : BackboneFamily
{
    public static readonly BackboneConfig ViTB16 = Create("IN21K ViT-B/16", 224, width: 768, depth: 12),
        ViTB16At384 = Create("IN21K ViT-B/16@384px", 384, width: 768, depth: 12),
        ViTL16 = Create("IN21K ViT-L/16", 224, width: 1024, depth: 24),
        ViTL16At384 = Create("IN21K ViT-L/16@384px", 384, width: 1024, depth: 24);

    private const double TimmEps = 1e-6,
        TransformersEps = 1e-12;

    public override ImmutableArray<BackboneConfig> Known => [ViTB16, ViTB16At384, ViTL16, ViTL16At384];

    private static readonly PublishedForm s_withClassToken = TimmForm("cls_token");

    public override ImmutableArray<PublishedForm> Forms { get; } =
    [
        new()
        {
            Naming = WeightNaming.HuggingFace,
            Names = TransformersNames("ViTForImageClassification", "vit."),
            UsualActivation = Activation.Gelu,
            Read = ReadTransformers,
        },
        new()
        {
            Naming = WeightNaming.HuggingFace,
            Names = TransformersNames("ViTModel", ""),
            Suits = config => config.Image is VisionTransformerConfig { IsPlain: true },
            UsualActivation = Activation.Gelu,
            Read = ReadTransformers,
            Describe = config => Transformers.DescribeImageTower(config, "vit", "ViTModel", "ViTImageProcessor"),
        },
        .. OpenClipTrunk.Forms(s_withClassToken),
        s_withClassToken,
        TimmForm("blocks.0.norm1.weight"), // without a class token
    ];

    public override bool Has(BackboneConfig config) => config.Image is VisionTransformerConfig;

    private static PublishedForm TimmForm(string mark) =>
        new()
        {
            Naming = WeightNaming.Timm,
            Names = TimmNames.Transformer("timm VisionTransformer", mark),
            UsualActivation = Activation.Gelu,
            Read = reader => Timm.ReadViT(reader, TimmEps, PreprocessConfig.Centered),
            Describe = config => Timm.DescribeViT(config, Architecture((VisionTransformerConfig)config.Image)),
        };

    private static string Architecture(VisionTransformerConfig image) =>
        image.Registers > 0 ? "vit_medium_patch16_reg4_gap_256" : "vit_base_patch16_224";

    private static KeyMap TransformersNames(string model, string prefix) =>
        new()
        {
            Name = "Hugging Face " + model,
            Marks = [prefix + "embeddings.cls_token", prefix + "embeddings.patch_embeddings.projection.weight"],
            Ignored = ["classifier.*", prefix + "pooler.*"],
            Rows = [.. Transformers.ViTTower(prefix, "layernorm_before", "layernorm_after", "intermediate.dense", "output.dense")],
        };

    private static BackboneConfig ReadTransformers(DescriptionReader reader)
    {
        Transformers.RequireType(reader, "vit", "vit_mae", "vit_msn");
        return Transformers.ReadImageTower(reader, Activation.Gelu, TransformersEps, PreprocessConfig.Centered);
    }

    private static BackboneConfig Create(string name, int imageSize, int width, int depth) =>
        new()
        {
            Name = name,
            Image = new VisionTransformerConfig
            {
                ImageSize = imageSize,
                PatchSize = 16,
                Width = width,
                Depth = depth,
                Heads = width / 64,
                HiddenSize = 4 * width,
                Activation = Activation.Gelu,
                LayerNormEps = TimmEps,
                PreNorm = false,
                PatchBias = true,
            },
            Preprocess = PreprocessConfig.Centered with { ImageSize = imageSize },
        };
}
