using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LiftPlus.Backbones.Libraries;
using LiftPlus.Backbones.Loading;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Families;

/// <summary>Represents DINOv2 (table 17 of arXiv 2304.07193). The files of its authors have timm's names.</summary>
internal sealed class Dinov2Family : BackboneFamily
{
    public static readonly BackboneConfig ViTS14 = Create("DINOv2 ViT-S/14", width: 384, depth: 12),
        ViTB14 = Create("DINOv2 ViT-B/14", width: 768, depth: 12),
        ViTL14 = Create("DINOv2 ViT-L/14", width: 1024, depth: 24);

    private const double Eps = 1e-6;

    public override ImmutableArray<BackboneConfig> Known => [ViTS14, ViTB14, ViTL14];

    public override ImmutableArray<PublishedForm> Forms { get; } =
    [
        new()
        {
            Naming = WeightNaming.HuggingFace,
            Names = new KeyMap
            {
                Name = "Hugging Face Dinov2Model",
                Marks = ["embeddings.cls_token", "encoder.layer.0.layer_scale1.lambda1"],
                Ignored = ["embeddings.mask_token", "classifier.*"],
                Rows =
                [
                    .. Transformers.ViTTower("", "norm1", "norm2", "mlp.fc1", "mlp.fc2"),
                    new("image.blocks.{n}.ls1.gamma", "encoder.layer.{n}.layer_scale1.lambda1"),
                    new("image.blocks.{n}.ls2.gamma", "encoder.layer.{n}.layer_scale2.lambda1"),
                ],
            },
            UsualActivation = Activation.Gelu,
            Read = ReadTransformers,
            Describe = DescribeTransformers,
        },
        new()
        {
            Naming = WeightNaming.Timm,
            Names = Timm.ClassTokenNames("blocks.0.ls1.gamma"),
            UsualActivation = Activation.Gelu,
            Read = reader => Timm.ReadViT(reader, "token", Eps, PreprocessConfig.ImageNet),
            Describe = config => Timm.DescribeViT(config, "vit_base_patch14_dinov2", "token"),
        },
    ];

    public override bool Has(BackboneConfig config) =>
        config is { Text: null, Image: VisionTransformerConfig { LayerScale: true, Pooling: TokenPooling.ClassToken, PreNorm: false } };

    private static BackboneConfig ReadTransformers(DescriptionReader reader)
    {
        Transformers.RequireType(reader, "dinov2");
        reader.RefuseFlag(reader.File, "use_swiglu_ffn");
        return Transformers.ReadImageTower(reader, Activation.Gelu, Eps, PreprocessConfig.ImageNet);
    }

    private static Dictionary<string, JsonObject> DescribeTransformers(BackboneConfig config)
    {
        var image = (VisionTransformerConfig)config.Image;
        Dictionary<string, JsonObject> files = Transformers.DescribeImageTower(config, "dinov2", "Dinov2Model", "BitImageProcessor");
        files[Transformers.ConfigFile]["mlp_ratio"] = (double)image.HiddenSize / image.Width;
        return files;
    }

    private static BackboneConfig Create(string name, int width, int depth) =>
        new()
        {
            Name = name,
            Image = new VisionTransformerConfig
            {
                ImageSize = 518,
                PatchSize = 14,
                Width = width,
                Depth = depth,
                Heads = width / 64,
                HiddenSize = 4 * width,
                Activation = Activation.Gelu,
                LayerNormEps = Eps,
                PreNorm = false,
                PatchBias = true,
                LayerScale = true,
            },
            Preprocess = PreprocessConfig.ImageNet with { ImageSize = 518 },
        };
}
