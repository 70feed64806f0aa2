using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LiftPlus.Backbones.Libraries;
using LiftPlus.Backbones.Loading;
using LiftPlus.Layers;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Families;

/// <summary>
/// Represents DINOv3's vision transformers (table 20 of arXiv 2508.10104): registers, rotary positions, no bias of keys. The feature is the
/// class token; timm's descriptions ask for the mean of the patches.
/// </summary>
internal sealed class Dinov3Family : BackboneFamily
{
    public static readonly BackboneConfig ViTS16 = Create("DINOv3 ViT-S/16", width: 384, depth: 12),
        ViTS16Plus = WithGate("DINOv3 ViT-S+/16", ViTS16),
        ViTB16 = Create("DINOv3 ViT-B/16", width: 768, depth: 12),
        ViTL16 = Create("DINOv3 ViT-L/16", width: LargeWidth, depth: 24),
        ViTH16Plus = WithGate("DINOv3 ViT-H+/16", Create("", width: 1280, depth: 32)),
        ViT7B16 = SevenBillion("DINOv3 ViT-7B/16", WithGate("", Create("", width: LargestWidth, depth: 40)));

    private const int LargeWidth = 1024,
        LargestWidth = 4096,
        LargestHeads = 32;
    private const double Eps = 1e-5;
    private const string ModelType = "dinov3_vit";

    private static readonly Dictionary<int, int> s_heads = new() { [LargestWidth] = LargestHeads };

    public override ImmutableArray<BackboneConfig> Known => [ViTS16, ViTS16Plus, ViTB16, ViTL16, ViTH16Plus, ViT7B16];

    public override ImmutableArray<PublishedForm> Forms { get; } =
    [
        new()
        {
            Naming = WeightNaming.HuggingFace,
            Names = new KeyMap
            {
                Name = "Hugging Face DINOv3ViTModel",
                Marks = ["embeddings.register_tokens", "embeddings.patch_embeddings.weight", "layer.0.layer_scale1.lambda1"],
                Ignored = ["embeddings.mask_token"],
                Rows = [.. TransformersRows()],
            },
            UsualActivation = Activation.Gelu,
            Read = ReadTransformers,
            Describe = DescribeTransformers,
        },
        new()
        {
            Naming = WeightNaming.Timm,
            Names = Original(TimmNames.Transformer("DINOv3", "storage_tokens", "blocks.0.ls1.gamma")).WithoutQkvBias(),
            IsOriginal = true,
            UsualActivation = Activation.Gelu,
            Read = reader => ReadTimm(reader, IsOfSatellites(reader) ? PreprocessConfig.Dinov3Satellite : PreprocessConfig.Dinov3),
        },
        new()
        {
            Naming = WeightNaming.Timm,
            Names = TimmNames.Transformer("timm Eva (DINOv3)", "reg_token", "cls_token", "blocks.0.gamma_1").WithoutQkvBias(),
            UsualActivation = Activation.Gelu,
            Read = reader => ReadTimm(reader, PreprocessConfig.ImageNet),
            Describe = config => Timm.DescribeViT(config, Architecture((VisionTransformerConfig)config.Image)),
        },
    ];

    public override bool Has(BackboneConfig config) => config is { Text: null, Image: VisionTransformerConfig image } && IsIts(image);

    private static bool IsIts(VisionTransformerConfig image) => image.Rotary == RotaryKind.Dinov3;

    private static IEnumerable<KeyRow> TransformersRows()
    {
        const string ours = "image.blocks.{n}.",
            source = "layer.{n}.";
        string[] parts = [source + "attention.q_proj", source + "attention.k_proj", source + "attention.v_proj"];
        return
        [
            .. KeyRows.Affine("image.patch_embed.proj", "embeddings.patch_embeddings"),
            new("image.cls_token", "embeddings.cls_token", KeyTransform.RankThree),
            new("image.reg_token", "embeddings.register_tokens", KeyTransform.RankThree),
            .. KeyRows.Affine(ours + "norm1", source + "norm1"),
            new(ours + "attn.qkv.weight", [.. parts.Select(part => part + ".weight")], KeyTransform.Rows),
            new(ours + "attn.qkv.bias", [parts[0] + ".bias", parts[2] + ".bias"], KeyTransform.Rows) { Blank = 1 },
            new(ours + "attn.qkv.bias", []) { Variant = nameof(QueryKeyValueBias.None) },
            .. KeyRows.Affine(ours + "attn.proj", source + "attention.o_proj"),
            new(ours + "ls1.gamma", source + "layer_scale1.lambda1"),
            .. KeyRows.Affine(ours + "norm2", source + "norm2"),
            .. new[] { ".weight", ".bias" }.Select(end => new KeyRow(
                ours + "mlp.fc1" + end,
                [source + "mlp.gate_proj" + end, source + "mlp.up_proj" + end],
                KeyTransform.Rows
            )
            {
                Variant = nameof(VisionTransformerConfig.IsGated),
            }),
            .. KeyRows.Affine(ours + "mlp.fc1", source + "mlp.up_proj"),
            .. KeyRows.Affine(ours + "mlp.fc2", source + "mlp.down_proj"),
            new(ours + "ls2.gamma", source + "layer_scale2.lambda1"),
            .. KeyRows.Affine("image.norm", "norm"),
        ];
    }

    // The authors' bias of the keys is masked: it is stored, and not used.
    private static KeyMap Original(KeyMap names) =>
        names with
        {
            Rows =
            [
                .. names.Rows.Select(row => row.Key.EndsWith("attn.qkv.bias", StringComparison.Ordinal) ? row with { Blank = 1 } : row),
            ],
        };

    private static BackboneConfig ReadTimm(DescriptionReader reader, PreprocessConfig usual) =>
        Timm.ReadViT(
            reader,
            Eps,
            usual,
            (image, model) =>
            {
                if (model.Architecture is string name && !name.Contains("dinov3", StringComparison.Ordinal))
                    model.RefuseOther(reader, "these tensors are DINOv3's");
                return image with { Rotary = RotaryKind.Dinov3 };
            },
            s_heads
        );

    // The authors' files say nothing of their images. The name tells, and in a ViT-L a LayerNorm that it has for no other images.
    private static bool IsOfSatellites(DescriptionReader reader) =>
        Path.GetFileName(reader.Sizes.Path).Contains("sat493m", StringComparison.OrdinalIgnoreCase)
        || (reader.Sizes.FindName("local_cls_norm.") is not null && reader.Sizes.VisionTransformer().Width == LargeWidth);

    private static string Architecture(VisionTransformerConfig image) =>
        (image.IsGated, image.QkvBias) switch
        {
            (true, QueryKeyValueBias.None) => "vit_7b_patch16_dinov3",
            (true, _) => "vit_small_plus_patch16_dinov3_qkvb",
            (false, QueryKeyValueBias.None) => "vit_base_patch16_dinov3",
            _ => "vit_base_patch16_dinov3_qkvb",
        };

    private static BackboneConfig ReadTransformers(DescriptionReader reader)
    {
        Transformers.RequireType(reader, ModelType);
        JsonFile file = reader.File!;
        BackboneConfig config = Transformers.ReadImageTower(reader, Activation.Gelu, Eps, PreprocessConfig.Dinov3);
        var image = (VisionTransformerConfig)config.Image;
        bool hasBias = image.QkvBias != QueryKeyValueBias.None;
        reader.Agree(file, "use_gated_mlp", image.IsGated);
        reader.Agree(file, "num_register_tokens", image.Registers);
        reader.Agree(file, "query_bias", hasBias);
        reader.Agree(file, "value_bias", hasBias);
        reader.RefuseFlag(file, "key_bias");
        RotaryKind rotary = RotaryKind.Dinov3 with { Base = file.Number("rope_theta") ?? RotaryKind.Dinov3.Base };
        if (rotary != RotaryKind.Dinov3)
            reader.Problems.Add($"'rope_theta' is {file.Scalar("rope_theta")} in {file.Path}; only 100 is supported.");
        return config with { Image = image with { Rotary = rotary } };
    }

    private static Dictionary<string, JsonObject> DescribeTransformers(BackboneConfig config)
    {
        var image = (VisionTransformerConfig)config.Image;
        Dictionary<string, JsonObject> files = Transformers.DescribeImageTower(
            config,
            ModelType,
            "DINOv3ViTModel",
            "DINOv3ViTImageProcessorFast"
        );
        JsonObject description = files[Transformers.ConfigFile];
        bool hasBias = image.QkvBias != QueryKeyValueBias.None;
        if (image.IsGated)
            description["hidden_act"] = "silu";
        description.Remove("qkv_bias");
        description["query_bias"] = hasBias;
        description["value_bias"] = hasBias;
        description["key_bias"] = false;
        description["use_gated_mlp"] = image.IsGated;
        description["num_register_tokens"] = image.Registers;
        description["rope_theta"] = RotaryKind.Dinov3.Base;
        return files;
    }

    private static BackboneConfig WithGate(string name, BackboneConfig plain) =>
        plain with
        {
            Name = name,
            Image = (VisionTransformerConfig)plain.Image with { IsGated = true },
        };

    private static BackboneConfig SevenBillion(string name, BackboneConfig gated) =>
        gated with
        {
            Name = name,
            Image = (VisionTransformerConfig)gated.Image with { Heads = LargestHeads, HiddenSize = 8192, QkvBias = QueryKeyValueBias.None },
        };

    private static BackboneConfig Create(string name, int width, int depth) =>
        new()
        {
            Name = name,
            Image = new VisionTransformerConfig
            {
                ImageSize = 224,
                PatchSize = 16,
                Width = width,
                Depth = depth,
                Heads = width / 64,
                HiddenSize = 4 * width,
                Activation = Activation.Gelu,
                LayerNormEps = Eps,
                PreNorm = false,
                PatchBias = true,
                LayerScale = true,
                Registers = 4,
                PositionRows = PositionRows.None,
                QkvBias = QueryKeyValueBias.NotKey,
                Rotary = RotaryKind.Dinov3,
            },
            Preprocess = PreprocessConfig.Dinov3,
        };
}
