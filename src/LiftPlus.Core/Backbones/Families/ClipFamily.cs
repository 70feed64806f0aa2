using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using LiftPlus.Backbones.Libraries;
using LiftPlus.Backbones.Loading;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Families;

/// <summary>
/// Represents CLIP with a vision transformer: OpenAI's (tables 19 and 20 of arXiv 2103.00020) and open_clip's (arXiv 2212.07143, LAION and
/// DataComp).
/// </summary>
internal sealed class ClipFamily : BackboneFamily
{
    public static readonly BackboneConfig ViTB32 = Create("CLIP ViT-B/32", 224, patch: 32, width: 768, depth: 12, textWidth: 512),
        ViTB16 = Create("CLIP ViT-B/16", 224, patch: 16, width: 768, depth: 12, textWidth: 512),
        ViTL14 = Create("CLIP ViT-L/14", 224, patch: 14, width: 1024, depth: 24, textWidth: 768),
        ViTL14At336 = Create("CLIP ViT-L/14@336px", 336, patch: 14, width: 1024, depth: 24, textWidth: 768),
        OpenViTB32 = WithGelu("OpenCLIP ViT-B/32", ViTB32),
        OpenViTB16 = WithGelu("OpenCLIP ViT-B/16", ViTB16),
        OpenViTL14 = WithGelu("OpenCLIP ViT-L/14", ViTL14),
        OpenViTH14 = WithGelu(
            "OpenCLIP ViT-H/14",
            Create("", 224, patch: 14, width: 1280, depth: 32, textWidth: 1024, heads: 16, hidden: 5120, textDepth: 24)
        ),
        OpenViTBigG14 = WithGelu(
            "OpenCLIP ViT-bigG/14",
            Create("", 224, patch: 14, width: 1664, depth: 48, textWidth: 1280, heads: 16, hidden: 8192, textDepth: 32)
        );

    private const double Eps = 1e-5;
    private const int LegacyEnd = 2;
    private const string ClassToken = "tok",
        Mean = "avg";
    private const string ClipType = "clip",
        MetaClipType = "metaclip_2";

    public override ImmutableArray<BackboneConfig> Known =>
        [ViTB32, ViTB16, ViTL14, ViTL14At336, OpenViTB32, OpenViTB16, OpenViTL14, OpenViTH14, OpenViTBigG14];

    private static readonly PublishedForm s_timm = new()
    {
        Naming = WeightNaming.Timm,
        Names = TimmNames.Transformer("timm VisionTransformer", "norm_pre.weight"),
        UsualActivation = Activation.Gelu,
        Read = reader => Timm.ReadViT(reader, Eps, PreprocessConfig.Clip),
        Suits = config => config.Image is VisionTransformerConfig { PreNorm: true },
        Describe = config =>
            Timm.DescribeViT(
                config,
                config.Image.MlpActivation == Activation.QuickGelu ? "vit_base_patch16_clip_quickgelu_224" : "vit_base_patch16_clip_224"
            ),
    };

    public override ImmutableArray<PublishedForm> Forms { get; } =
    [
        OpenClipForm("open_clip CustomTextCLIP", OpenClip.CustomText, "text.token_embedding.weight"),
        OpenClipForm("OpenAI CLIP") with
        {
            Describe = DescribeOpenClip,
        },
        new()
        {
            Naming = WeightNaming.HuggingFace,
            Names = new KeyMap
            {
                Name = "Hugging Face CLIPModel",
                Marks = ["vision_model.embeddings.class_embedding", "text_model.embeddings.token_embedding.weight"],
                Ignored = ["*.embeddings.position_ids"],
                Rows =
                [
                    .. TransformersTower(),
                    new("image_projection", "visual_projection.weight", KeyTransform.Transposed),
                    new("text.token_embedding", "text_model.embeddings.token_embedding.weight"),
                    new("text.pos_embed", "text_model.embeddings.position_embedding.weight"),
                    .. Transformers.ClipBlock("text.blocks.{n}", "text_model.encoder.layers.{n}"),
                    .. KeyRows.Affine("text.norm", "text_model.final_layer_norm"),
                    new("text_projection", "text_projection.weight", KeyTransform.Transposed),
                    new("logit_scale", "logit_scale"),
                ],
            },
            HasText = true,
            Suits = config =>
                config
                    is {
                        Image: VisionTransformerConfig { IsPlain: true, PreNorm: true },
                        Text: { IsCausal: true, Pooling: TextPooling.End }
                    },
            UsualActivation = Activation.QuickGelu,
            Read = ReadTransformers,
            Describe = DescribeTransformers,
        },
        new()
        {
            Naming = WeightNaming.HuggingFace,
            Names = new KeyMap
            {
                Name = "Hugging Face CLIPVisionModel",
                Marks = ["vision_model.embeddings.class_embedding"],
                Ignored = ["*.embeddings.position_ids", "visual_projection.weight"],
                Rows = [.. TransformersTower()],
            },
            UsualActivation = Activation.QuickGelu,
            Suits = config => config.Image is VisionTransformerConfig { IsPlain: true, PreNorm: true },
            Read = reader =>
            {
                Transformers.RequireType(reader, "clip_vision_model", "clip", "metaclip_2_vision_model", "metaclip_2");
                return Transformers.ReadImageTower(reader, Activation.QuickGelu, Eps, PreprocessConfig.Clip);
            },
            Describe = config =>
                Transformers.DescribeImageTower(config, "clip_vision_model", "CLIPVisionModel", "CLIPImageProcessor", crops: true),
        },
        .. OpenClipTrunk.Forms(s_timm),
        s_timm,
    ];

    public override bool Has(BackboneConfig config) =>
        config.Image is VisionTransformerConfig { Pooling: not TokenPooling.Attention, QkvBias: QueryKeyValueBias.All } image
        && (config.Text is not null || image.PreNorm);

    private static PublishedForm OpenClipForm(string name, string textPrefix = "", params string[] mark) =>
        new()
        {
            Naming = WeightNaming.OpenAI,
            Names = new KeyMap
            {
                Name = name,
                Marks = ["visual.class_embedding", "visual.conv1.weight", .. mark],
                Ignored = [.. OpenClip.Ignored],
                Rows = [.. OpenClip.Tower(), .. OpenClip.Text(textPrefix)],
            },
            HasText = true,
            UsualActivation = Activation.QuickGelu,
            WeightFile = OpenClip.WeightFile,
            DescriptionFile = OpenClip.ConfigFile,
            Read = ReadOpenClip,
        };

    private static KeyRow[] TransformersTower() =>
        [
            new("image.patch_embed.proj.weight", "vision_model.embeddings.patch_embedding.weight"),
            new("image.cls_token", "vision_model.embeddings.class_embedding"),
            new("image.pos_embed", "vision_model.embeddings.position_embedding.weight"),
            .. KeyRows.Affine("image.norm_pre", "vision_model.pre_layrnorm"), // transformers' own spelling
            .. Transformers.ClipBlock("image.blocks.{n}", "vision_model.encoder.layers.{n}"),
            .. KeyRows.Affine("image.norm", "vision_model.post_layernorm"),
        ];

    private static BackboneConfig ReadOpenClip(DescriptionReader reader)
    {
        VisionTransformerConfig image = reader.Sizes.VisionTransformer();
        if (reader.File is null) // a description without head_width says 64
            image = image with { Heads = Timm.UsualHeads.GetValueOrDefault(image.Width, image.Heads) };
        return OpenClip.Read(reader, image, (model, vision) =>
        {
            reader.Agree(vision, "patch_size", image.PatchSize);
            reader.Agree(vision, "width", image.Width);
            reader.Agree(vision, "layers", image.Depth);
            reader.RefuseFlag(vision, "attentional_pool");
            reader.RequireOneOf(vision, "pool_type", ClassToken, Mean);
            bool isMean = vision?.Flag("global_average_pool") == true || vision?.Text("pool_type") == Mean;
            return reader.WithImageSize(vision, image) with
            {
                Pooling = isMean ? TokenPooling.Mean : TokenPooling.ClassToken,
                HasUnreadClassToken = isMean,
                NormalizesPooled = isMean && vision?.Flag("final_ln_after_pool") == true,
                Heads = vision?.Size("head_width") is int headWidth ? Math.Max(1, image.Width / headWidth) : image.Heads,
                Activation = OpenClip.ReadActivation(OpenClip.IsQuick(model), vision),
                LayerNormEps = OpenClip.ReadEps(vision) ?? image.LayerNormEps,
            };
        });
    }

    private static Dictionary<string, JsonObject> DescribeOpenClip(BackboneConfig config)
    {
        var image = (VisionTransformerConfig)config.Image;
        JsonObject vision = new()
        {
            ["image_size"] = image.ImageSize,
            ["layers"] = image.Depth,
            ["width"] = image.Width,
            ["head_width"] = image.Width / image.Heads,
            ["mlp_ratio"] = (double)image.HiddenSize / image.Width,
            ["patch_size"] = image.PatchSize,
        };
        if (!image.PreNorm)
            vision["no_ln_pre"] = true;
        if (image.Pooling == TokenPooling.Mean)
            (vision["pool_type"], vision["final_ln_after_pool"]) = (Mean, image.NormalizesPooled);
        OpenClip.Refine(vision, image.Activation, image.LayerNormEps);
        return OpenClip.Describe(config, vision);
    }

    private static BackboneConfig ReadTransformers(DescriptionReader reader)
    {
        JsonFile config = reader.File!;
        reader.RequireOneOf(config, "model_type", ClipType, MetaClipType);
        int embed = reader.Sizes.EmbedDimension();
        reader.Agree(config, "projection_dim", embed);
        VisionTransformerConfig image = Transformers.ReadImage(reader, config.Section("vision_config"), Activation.QuickGelu, Eps);
        TextTransformerConfig text = ReadText(reader, config.Section("text_config"), config.Text("model_type"));
        return reader.Join(image, text, reader.Preprocess(image, PreprocessConfig.Clip));
    }

    // In CLIP's own files the end of a text has the largest id, whatever they say; 2 was written by mistake for years.
    private static TextTransformerConfig ReadText(DescriptionReader reader, JsonFile? config, string? type)
    {
        TextTransformerConfig text = Transformers.ReadText(reader, config, Activation.QuickGelu, Eps);
        int? end = int.TryParse(config?.Scalar("eos_token_id"), CultureInfo.InvariantCulture, out int id) ? id : null;
        bool isLargest = type != MetaClipType && (end is null or LegacyEnd || end == text.VocabularySize - 1);
        return isLargest ? text : text with { EndToken = end ?? LegacyEnd };
    }

    private static Dictionary<string, JsonObject> DescribeTransformers(BackboneConfig config)
    {
        JsonObject vision = Transformers.DescribeImage((VisionTransformerConfig)config.Image, "clip_vision_model");
        vision["projection_dim"] = config.EmbedDimension;
        TextTransformerConfig text = config.Text!;
        bool isMetaClip = text.EndToken is not null;
        JsonObject words = Transformers.DescribeText(text, isMetaClip ? "metaclip_2_text_model" : "clip_text_model");
        words["projection_dim"] = config.EmbedDimension;
        words["bos_token_id"] = text.VocabularySize - 2;
        words["eos_token_id"] = text.EndToken ?? text.VocabularySize - 1;
        words["pad_token_id"] = 0;
        JsonObject description = new()
        {
            ["architectures"] = new JsonArray(isMetaClip ? "MetaClip2Model" : "CLIPModel"),
            ["model_type"] = isMetaClip ? MetaClipType : ClipType,
            ["projection_dim"] = config.EmbedDimension,
            ["vision_config"] = vision,
            ["text_config"] = words,
        };
        return Transformers.Files(description, config.Preprocess, "CLIPImageProcessor", crops: true);
    }

    // CLIP's heads are 64 wide in both towers, an MLP is four times as wide as its tower, and the joint space as wide as the text tower.
    private static BackboneConfig Create(
        string name,
        int imageSize,
        int patch,
        int width,
        int depth,
        int textWidth,
        int? heads = null,
        int? hidden = null,
        int textDepth = 12
    ) =>
        new()
        {
            Name = name,
            Image = new VisionTransformerConfig
            {
                ImageSize = imageSize,
                PatchSize = patch,
                Width = width,
                Depth = depth,
                Heads = heads ?? width / 64,
                HiddenSize = hidden ?? 4 * width,
            },
            Text = new TextTransformerConfig
            {
                Width = textWidth,
                Depth = textDepth,
                Heads = textWidth / 64,
                HiddenSize = 4 * textWidth,
            },
            EmbedDimension = textWidth,
            Preprocess = PreprocessConfig.Clip with { ImageSize = imageSize },
        };

    private static BackboneConfig WithGelu(string name, BackboneConfig clip) =>
        clip with
        {
            Name = name,
            Image = clip.Image.With(heads: null, Activation.Gelu),
            Text = clip.Text! with { Activation = Activation.Gelu },
        };
}
