using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LiftPlus.Backbones.Libraries;
using LiftPlus.Backbones.Loading;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Families;

/// <summary>
/// Represents SigLIP (arXiv 2303.15343; So400m: arXiv 2305.13035) and SigLIP 2 with images of a fixed size (arXiv 2502.14786). The logits
/// have a learned summand, and their probabilities are sigmoids.
/// </summary>
internal sealed class SiglipFamily : BackboneFamily
{
    public static readonly BackboneConfig ViTB16 = Create("SigLIP ViT-B/16", 224, 16, width: 768, depth: 12, heads: 12, hidden: 3072),
        ViTL16At256 = Create("SigLIP ViT-L/16@256px", 256, 16, width: 1024, depth: 24, heads: 16, hidden: 4096),
        So400m14At384 = Create("SigLIP So400m/14@384px", 384, 14, width: 1152, depth: 27, heads: 16, hidden: 4304);

    private const int FirstVocabulary = 32_000,
        SecondVocabulary = 256_000;

    private static readonly BackboneConfig s_so400m16At384 = Create("", 384, 16, width: 1152, depth: 27, heads: 16, hidden: 4304),
        s_giantAt384 = Create("", 384, 16, width: 1536, depth: 40, heads: 16, hidden: 6144);

    private const double Eps = 1e-6;
    private const int DefaultTextHeads = 12;
    private const string ModelType = "siglip",
        VisionType = "siglip_vision_model",
        Processor = "SiglipImageProcessor";
    private static readonly string[] s_marks = ["vision_model.head.probe", "vision_model.embeddings.patch_embedding.weight"];

    public override ImmutableArray<BackboneConfig> Known =>
        [
            ViTB16,
            ViTL16At256,
            So400m14At384,
            WithText("SigLIP ViT-B/16, both towers", ViTB16, ViTB16, FirstVocabulary),
            WithText("SigLIP ViT-L/16@256px, both towers", ViTL16At256, ViTL16At256, FirstVocabulary),
            WithText("SigLIP So400m/14@384px, both towers", So400m14At384, So400m14At384, FirstVocabulary),
            WithText("SigLIP 2 ViT-B/16", ViTB16, ViTB16, SecondVocabulary),
            WithText("SigLIP 2 ViT-L/16@256px", ViTL16At256, ViTL16At256, SecondVocabulary),
            WithText("SigLIP 2 So400m/14@384px", So400m14At384, So400m14At384, SecondVocabulary),
            WithText("SigLIP 2 So400m/16@384px", s_so400m16At384, So400m14At384, SecondVocabulary),
            WithText("SigLIP 2 g-opt/16@384px", s_giantAt384, So400m14At384, SecondVocabulary),
        ];

    // open_clip has the same names below "visual.trunk."
    private static readonly PublishedForm s_timm = new()
    {
        Naming = WeightNaming.Timm,
        Names = TimmNames.Transformer("timm VisionTransformer with attention pooling", "attn_pool.latent"),
        UsualActivation = Activation.Gelu,
        // A class token would be a tensor that the architecture does not have.
        Read = reader =>
            Timm.ReadViT(reader, Eps, PreprocessConfig.Squashed, (image, _) =>
                image with
                {
                    HasUnreadClassToken = false,
                    PositionRows = PositionRows.All,
                }
            ),
        Describe = config => Timm.DescribeViT(config, "vit_base_patch16_siglip_224"),
    };

    public override ImmutableArray<PublishedForm> Forms { get; } =
    [
        new()
        {
            Naming = WeightNaming.HuggingFace,
            Names = new KeyMap
            {
                Name = "Hugging Face SiglipModel",
                Marks = [.. s_marks, "text_model.embeddings.token_embedding.weight"],
                Ignored = ["*.embeddings.position_ids"],
                Rows =
                [
                    .. ImageRows(),
                    new("text.token_embedding", "text_model.embeddings.token_embedding.weight"),
                    new("text.pos_embed", "text_model.embeddings.position_embedding.weight"),
                    .. Transformers.ClipBlock("text.blocks.{n}", "text_model.encoder.layers.{n}"),
                    .. KeyRows.Affine("text.norm", "text_model.final_layer_norm"),
                    new("text_projection", "text_model.head.weight", KeyTransform.Transposed),
                    new("text_projection_bias", "text_model.head.bias"),
                    new("logit_scale", "logit_scale", KeyTransform.RankOne),
                    new("logit_bias", "logit_bias", KeyTransform.RankOne),
                ],
            },
            HasText = true,
            UsualActivation = Activation.GeluTanh,
            Read = ReadTransformers,
            Describe = DescribeTransformers,
        },
        new()
        {
            Naming = WeightNaming.HuggingFace,
            Names = new KeyMap
            {
                Name = "Hugging Face SiglipVisionModel",
                Marks = [.. s_marks],
                Ignored = ["*.embeddings.position_ids", "logit_scale", "logit_bias"],
                Rows = [.. ImageRows()],
            },
            UsualActivation = Activation.GeluTanh,
            Read = reader =>
            {
                Transformers.RequireType(reader, VisionType, ModelType);
                return Transformers.ReadImageTower(reader, Activation.GeluTanh, Eps, PreprocessConfig.Squashed);
            },
            Describe = config => Transformers.DescribeImageTower(config, VisionType, "SiglipVisionModel", Processor),
        },
        .. OpenClipTrunk.Forms(s_timm),
        s_timm,
    ];

    public override bool Has(BackboneConfig config) => config.Image is VisionTransformerConfig { Pooling: TokenPooling.Attention };

    private static IEnumerable<KeyRow> ImageRows() =>
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
        ];

    private static BackboneConfig ReadTransformers(DescriptionReader reader)
    {
        JsonFile config = reader.File!;
        reader.RequireOneOf(config, "model_type", ModelType);
        VisionTransformerConfig image = Transformers.ReadImage(reader, config.Section("vision_config"), Activation.GeluTanh, Eps);
        JsonFile? words = config.Section("text_config");
        TextTransformerConfig text = Transformers.ReadText(reader, words, Activation.GeluTanh, Eps, DefaultTextHeads);
        reader.Agree(words, "projection_size", reader.Sizes.EmbedDimension());
        text = text with { IsCausal = false, Pooling = TextPooling.Last };
        return reader.Join(image, text, reader.Preprocess(image, PreprocessConfig.Squashed));
    }

    private static Dictionary<string, JsonObject> DescribeTransformers(BackboneConfig config)
    {
        JsonObject words = Transformers.DescribeText(config.Text!, "siglip_text_model");
        words["projection_size"] = config.EmbedDimension;
        JsonObject description = new()
        {
            ["architectures"] = new JsonArray("SiglipModel"),
            ["model_type"] = ModelType,
            ["vision_config"] = Transformers.DescribeImage((VisionTransformerConfig)config.Image, VisionType),
            ["text_config"] = words,
        };
        return Transformers.Files(description, config.Preprocess, Processor, crops: false);
    }

    // The text tower has the sizes of an image tower: its own, or that of So400m.
    private static BackboneConfig WithText(string name, BackboneConfig tower, BackboneConfig sizes, int vocabulary)
    {
        var words = (VisionTransformerConfig)sizes.Image;
        return tower with
        {
            Name = name,
            Text = new TextTransformerConfig
            {
                ContextLength = 64,
                VocabularySize = vocabulary,
                Width = words.Width,
                Depth = words.Depth,
                Heads = words.Heads,
                HiddenSize = words.HiddenSize,
                Activation = words.Activation,
                LayerNormEps = Eps,
                IsCausal = false,
                Pooling = TextPooling.Last,
            },
            EmbedDimension = tower.Image.FeatureDimension,
            ImageProjection = ProjectionKind.None,
            TextProjection = ProjectionKind.Linear,
            HasLogitBias = true,
        };
    }

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
            Preprocess = PreprocessConfig.Squashed with { ImageSize = imageSize },
        };
}
