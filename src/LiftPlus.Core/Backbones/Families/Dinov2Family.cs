using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LiftPlus.Backbones.Libraries;
using LiftPlus.Backbones.Loading;
using LiftPlus.Layers;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Families;

/// <summary>Represents DINOv2 (table 17 of arXiv 2304.07193). The files of its authors have timm's names.</summary>
internal sealed class Dinov2Family : BackboneFamily
{
    public static readonly BackboneConfig ViTS14 = Create("DINOv2 ViT-S/14", width: 384, depth: 12),
        ViTB14 = Create("DINOv2 ViT-B/14", width: 768, depth: 12),
        ViTL14 = Create("DINOv2 ViT-L/14", width: 1024, depth: 24),
        ViTG14 = WithGate("DINOv2 ViT-g/14", Create("", width: 1536, depth: 40)),
        ViTS14Reg4 = WithFourRegisters("DINOv2 ViT-S/14 with registers", ViTS14),
        ViTB14Reg4 = WithFourRegisters("DINOv2 ViT-B/14 with registers", ViTB14),
        ViTL14Reg4 = WithFourRegisters("DINOv2 ViT-L/14 with registers", ViTL14),
        ViTG14Reg4 = WithFourRegisters("DINOv2 ViT-g/14 with registers", ViTG14);

    private const double Eps = 1e-6;
    private const string Plain = "dinov2",
        WithRegisters = "dinov2_with_registers";

    public override ImmutableArray<BackboneConfig> Known =>
        [ViTS14, ViTB14, ViTL14, ViTG14, ViTS14Reg4, ViTB14Reg4, ViTL14Reg4, ViTG14Reg4];

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
                    new("image.reg_token", "embeddings.register_tokens", KeyTransform.RankThree),
                    .. Gated("mlp.fc1", "mlp.weights_in"),
                    .. Gated("mlp.fc2", "mlp.weights_out"),
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
            Names = TimmNames.Transformer("DINOv2", "cls_token", "blocks.0.ls1.gamma", "mask_token"),
            IsOriginal = true,
            UsualActivation = Activation.Gelu,
            Read = ReadTimm,
        },
        new()
        {
            Naming = WeightNaming.Timm,
            Names = TimmNames.Transformer("timm VisionTransformer", "cls_token", "blocks.0.ls1.gamma"),
            UsualActivation = Activation.Gelu,
            Read = ReadTimm,
            Describe = config => Timm.DescribeViT(config, Architecture((VisionTransformerConfig)config.Image)),
        },
    ];

    public override bool Has(BackboneConfig config) =>
        config
            is {
                Text: null,
                Image: VisionTransformerConfig
                {
                    LayerScale: true,
                    Pooling: TokenPooling.ClassToken,
                    PreNorm: false,
                    Rotary: null,
                    HasRelativePositions: false
                }
            };

    // The authors' scale has an offset, except with registers; transformers has none there either.
    public override PositionEmbedding Resampling(BackboneConfig config, PositionResampling way) =>
        (way, config.Image is VisionTransformerConfig { Registers: > 0 }) switch
        {
            (PositionResampling.Timm, _) or (_, true) => PositionEmbedding.Antialiased,
            (PositionResampling.Original, _) => PositionEmbedding.Plain with { Offset = 0.1 },
            _ => PositionEmbedding.Plain,
        };

    private static IEnumerable<KeyRow> Gated(string ours, string source) =>
        KeyRows
            .Affine("image.blocks.{n}." + ours, "encoder.layer.{n}." + source)
            .Select(row => row with { Variant = nameof(VisionTransformerConfig.IsGated) });

    private static BackboneConfig ReadTimm(DescriptionReader reader) => Timm.ReadViT(reader, Eps, PreprocessConfig.ImageNet);

    private static string Architecture(VisionTransformerConfig image) =>
        (image.IsGated, image.Registers > 0) switch
        {
            (true, true) => "vit_giant_patch14_reg4_dinov2",
            (true, false) => "vit_giant_patch14_dinov2",
            (false, true) => "vit_base_patch14_reg4_dinov2",
            _ => "vit_base_patch14_dinov2",
        };

    private static BackboneConfig ReadTransformers(DescriptionReader reader)
    {
        Transformers.RequireType(reader, Plain, WithRegisters);
        BackboneConfig config = Transformers.ReadImageTower(reader, Activation.Gelu, Eps, PreprocessConfig.ImageNet);
        var image = (VisionTransformerConfig)config.Image;
        reader.Agree(reader.File, "use_swiglu_ffn", image.IsGated);
        if (reader.File?.Text("model_type") == WithRegisters)
            reader.Agree(reader.File, "num_register_tokens", image.Registers);
        return config;
    }

    private static Dictionary<string, JsonObject> DescribeTransformers(BackboneConfig config)
    {
        var image = (VisionTransformerConfig)config.Image;
        bool hasRegisters = image.Registers > 0;
        Dictionary<string, JsonObject> files = Transformers.DescribeImageTower(
            config,
            hasRegisters ? WithRegisters : Plain,
            hasRegisters ? "Dinov2WithRegistersModel" : "Dinov2Model",
            "BitImageProcessor"
        );
        JsonObject description = files[Transformers.ConfigFile];
        description["mlp_ratio"] = (double)image.HiddenSize / image.Width;
        description["use_swiglu_ffn"] = image.IsGated;
        if (hasRegisters)
            description["num_register_tokens"] = image.Registers;
        return files;
    }

    private static BackboneConfig WithFourRegisters(string name, BackboneConfig plain) =>
        plain with
        {
            Name = name,
            Image = (VisionTransformerConfig)plain.Image with { Registers = 4 },
        };

    // The published gated MLPs have two thirds of 4 D, rounded up to a multiple of 8.
    private static BackboneConfig WithGate(string name, BackboneConfig plain)
    {
        var image = (VisionTransformerConfig)plain.Image;
        return plain with { Name = name, Image = image with { IsGated = true, HiddenSize = (4 * image.Width * 2 / 3 + 7) / 8 * 8 } };
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
