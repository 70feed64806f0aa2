using System.Collections.Immutable;
using LiftPlus.Backbones.Libraries;
using LiftPlus.Backbones.Loading;
using LiftPlus.Layers;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Families;

/// <summary>
/// Represents EVA-02 (arXiv 2303.11331), with rotary positions and gated MLPs, EVA (arXiv 2211.07636), with neither, and EVA02-CLIP (arXiv
/// 2303.15389).
/// </summary>
internal sealed class EvaFamily : BackboneFamily
{
    private const double Eps = 1e-6;
    private const string Eva02 = "eva02_",
        Eva = "eva_",
        Tower = "visual.";

    public override ImmutableArray<BackboneConfig> Known { get; } =
    [
        Create("EVA02-CLIP B/16", 224, 16, width: 768, depth: 12, hidden: 2048, textWidth: 512),
        Create("EVA02-CLIP L/14", 224, 14, width: 1024, depth: 24, hidden: 2730, textWidth: 768),
        Create("EVA02-CLIP L/14@336px", 336, 14, width: 1024, depth: 24, hidden: 2730, textWidth: 768),
    ];

    private static readonly PublishedForm s_split = Form("blocks.0.attn.q_proj.weight"),
        s_fused = Form("blocks.0.attn.q_bias", "pos_embed");

    public override ImmutableArray<PublishedForm> Forms { get; } =
    [
        new()
        {
            Naming = WeightNaming.OpenAI,
            Names = new KeyMap
            {
                Name = "EVA02-CLIP",
                Marks = ["visual.patch_embed.proj.weight", "visual.blocks.0.attn.q_proj.weight", "text.token_embedding.weight"],
                Ignored = [.. s_split.Names.Ignored.Where(name => name != "head.*").Select(name => Tower + name), .. OpenClip.Ignored],
                Rows =
                [
                    .. s_split.Names.Rows.Select(row => row with { Sources = [.. row.Sources.Select(source => Tower + source)] }),
                    new("image_projection", Tower + "head.weight", KeyTransform.Transposed),
                    new("image_projection_bias", Tower + "head.bias"),
                    .. OpenClip.Text(OpenClip.CustomText),
                ],
            },
            HasText = true,
            IsOriginal = true,
            UsualActivation = Activation.Gelu,
            WeightFile = OpenClip.WeightFile,
            DescriptionFile = OpenClip.ConfigFile,
            Read = ReadOriginal,
        },
        .. OpenClipTrunk.Forms(s_split),
        .. OpenClipTrunk.Forms(s_fused),
        s_split,
        s_fused,
    ];

    public override bool Has(BackboneConfig config) =>
        config is { Image: VisionTransformerConfig { QkvBias: QueryKeyValueBias.NotKey, PositionRows: PositionRows.All } };

    private static PublishedForm Form(params string[] marks) =>
        new()
        {
            Naming = WeightNaming.Timm,
            Names = TimmNames.Transformer("timm Eva", marks),
            UsualActivation = Activation.Gelu,
            Read = Read,
            Describe = config => Timm.DescribeViT(config, Architecture((VisionTransformerConfig)config.Image)),
        };

    private static BackboneConfig Read(DescriptionReader reader) => Timm.ReadViT(reader, Eps, PreprocessConfig.Clip, (image, model) =>
        {
            bool isKnown =
                model.Architecture is not string name
                || name.StartsWith(Eva02, StringComparison.Ordinal)
                || name.StartsWith(Eva, StringComparison.Ordinal);
            if (!isKnown)
                model.RefuseOther(reader, "these tensors are EVA's");
            bool isRotated = model.Architecture?.StartsWith(Eva02, StringComparison.Ordinal) ?? image.IsGated;
            if (isKnown && isRotated != image.IsGated)
                model.RefuseOther(reader, "EVA-02 has gated MLPs and EVA does not");
            return image with { Rotary = isRotated ? RotaryKind.Eva : null };
        });

    // The authors' files come without a description: heads of 64 entries. Of their models only EVA-02's have gated MLPs.
    private static BackboneConfig ReadOriginal(DescriptionReader reader)
    {
        VisionTransformerConfig image = reader.Sizes.VisionTransformer() with
        {
            Activation = Activation.Gelu,
            LayerNormEps = Eps,
            Rotary = RotaryKind.Eva,
        };
        if (!image.IsGated)
            reader.Problems.Add(
                "The blocks of this EVA-CLIP have no gated MLPs; only the base and large models of EVA02-CLIP are supported."
            );
        TextTransformerConfig text = reader.Sizes.TextTransformer() with { Activation = Activation.Gelu };
        return reader.Join(image, text, reader.Preprocess(image, PreprocessConfig.Clip));
    }

    private static string Architecture(VisionTransformerConfig image) =>
        (image.IsGated, image.NormalizesHidden, image.Pooling) switch
        {
            (false, _, TokenPooling.ClassToken) => "eva_giant_patch14_clip_224",
            (false, _, _) => "eva_giant_patch14_224",
            (_, true, TokenPooling.ClassToken) => "eva02_base_patch16_clip_224",
            (_, true, _) => "eva02_base_patch14_448",
            _ => "eva02_small_patch14_336",
        };

    private static BackboneConfig Create(string name, int imageSize, int patch, int width, int depth, int hidden, int textWidth) =>
        new()
        {
            Name = name,
            Image = new VisionTransformerConfig
            {
                ImageSize = imageSize,
                PatchSize = patch,
                Width = width,
                Depth = depth,
                Heads = width / 64,
                HiddenSize = hidden,
                Activation = Activation.Gelu,
                LayerNormEps = Eps,
                PreNorm = false,
                PatchBias = true,
                QkvBias = QueryKeyValueBias.NotKey,
                NormalizesMixture = true,
                IsGated = true,
                NormalizesHidden = true,
                Rotary = RotaryKind.Eva,
            },
            Text = new TextTransformerConfig
            {
                Width = textWidth,
                Depth = 12,
                Heads = textWidth / 64,
                HiddenSize = 4 * textWidth,
                Activation = Activation.Gelu,
            },
            EmbedDimension = textWidth,
            ImageProjection = ProjectionKind.Linear,
            Preprocess = PreprocessConfig.Clip with { ImageSize = imageSize },
        };
}
