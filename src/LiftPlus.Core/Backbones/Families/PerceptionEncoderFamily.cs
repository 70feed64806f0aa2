using System.Collections.Immutable;
using LiftPlus.Backbones.Libraries;
using LiftPlus.Backbones.Loading;
using LiftPlus.Layers;
using LiftPlus.Weights;
using static TorchSharp.torch;

namespace LiftPlus.Backbones.Families;

/// <summary>
/// Represents the Perception Encoder's core models (table 1 of arXiv 2504.13181): attention pooling over all tokens, learned and rotary
/// positions. The language and spatial models are refused by name.
/// </summary>
internal sealed class PerceptionEncoderFamily : BackboneFamily
{
    private const double Eps = 1e-5;
    private const int PoolHeads = 8,
        GiantHeads = 16;

    public override ImmutableArray<BackboneConfig> Known { get; } =
    [
        Create("PE-Core T/16@384px", 384, 16, width: 192, depth: 12, textWidth: 512, textDepth: 12),
        Create("PE-Core S/16@384px", 384, 16, width: 384, depth: 12, textWidth: 512, textDepth: 12),
        Create("PE-Core B/16", 224, 16, width: 768, depth: 12, textWidth: 1024, textDepth: 24),
        Create("PE-Core L/14@336px", 336, 14, width: 1024, depth: 24, textWidth: 1024, textDepth: 24),
        Giant(Create("PE-Core G/14@448px", 448, 14, width: 1536, depth: 50, textWidth: 1280, textDepth: 24)),
    ];

    private static readonly PreprocessConfig s_usual = PreprocessConfig.Squashed with { Filter = ResizeFilter.Bilinear };

    private static readonly PublishedForm s_timm = new()
    {
        Naming = WeightNaming.Timm,
        Names = TimmNames.Transformer("timm Eva (Perception Encoder)", "attn_pool.latent", "norm_pre.weight"),
        UsualActivation = Activation.Gelu,
        Read = reader => Timm.ReadViT(reader, Eps, s_usual, (image, model) =>
            {
                if (model.Architecture is string name && !TimmArchitectures.IsPerceptionEncoder(name))
                    model.RefuseOther(reader, "these tensors are the Perception Encoder's");
                return Complete(image) with { PoolHeads = model.Arguments?.Size(TimmModel.PoolHeads) ?? PoolHeads };
            }),
        Describe = config =>
            Timm.DescribeViT(
                config,
                ((VisionTransformerConfig)config.Image).HasClassToken ? "vit_pe_core_base_patch16_224" : "vit_pe_core_gigantic_patch14_448"
            ),
    };

    public override ImmutableArray<PublishedForm> Forms { get; } =
    [
        new()
        {
            Naming = WeightNaming.OpenAI,
            Names = new KeyMap
            {
                Name = "Perception Encoder",
                Marks = ["visual.attn_pool.probe", "visual.conv1.weight", "token_embedding.weight"],
                Rows = [.. OpenClip.Tower(), .. Pooling(), .. OpenClip.Text()],
            },
            HasText = true,
            IsOriginal = true,
            UsualActivation = Activation.Gelu,
            WeightFile = OpenClip.WeightFile,
            DescriptionFile = OpenClip.ConfigFile,
            Read = ReadOriginal,
        },
        .. OpenClipTrunk.Forms(s_timm),
        s_timm,
    ];

    public override bool Has(BackboneConfig config) =>
        config.Image is VisionTransformerConfig image && image.Rotary == RotaryKind.PerceptionEncoder;

    // Bilinear in the authors' files.
    public override PositionEmbedding Resampling(BackboneConfig config, PositionResampling way) =>
        way == PositionResampling.Original
            ? new PositionEmbedding(InterpolationMode.Bilinear, IsAntialiased: false)
            : PositionEmbedding.Antialiased;

    private static KeyRow[] Pooling() =>
        [
            new("image.attn_pool.latent", "visual.attn_pool.probe", KeyTransform.RankThree),
            new("image.attn_pool.qkv.weight", "visual.attn_pool.attn.in_proj_weight"),
            new("image.attn_pool.qkv.bias", "visual.attn_pool.attn.in_proj_bias"),
            .. KeyRows.Affine("image.attn_pool.proj", "visual.attn_pool.attn.out_proj"),
            .. KeyRows.Affine("image.attn_pool.norm", "visual.attn_pool.layernorm"),
            .. KeyRows.Affine("image.attn_pool.mlp.fc1", "visual.attn_pool.mlp.c_fc"),
            .. KeyRows.Affine("image.attn_pool.mlp.fc2", "visual.attn_pool.mlp.c_proj"),
        ];

    private static VisionTransformerConfig Complete(VisionTransformerConfig image) =>
        image with
        {
            LayerNormEps = Eps,
            Rotary = RotaryKind.PerceptionEncoder,
            PoolHeads = PoolHeads,
        };

    // The authors' files come without a description: heads of 64 entries, except in G, which alone has no class token.
    private static BackboneConfig ReadOriginal(DescriptionReader reader)
    {
        VisionTransformerConfig image = Complete(reader.Sizes.VisionTransformer()) with { Activation = Activation.Gelu };
        if (!image.HasClassToken)
            image = image with { Heads = GiantHeads };
        TextTransformerConfig text = reader.Sizes.TextTransformer() with { Activation = Activation.Gelu };
        return reader.Join(image, text, reader.Preprocess(image, s_usual));
    }

    // Heads are 64 wide in both towers, and the joint space is as wide as the text tower.
    private static BackboneConfig Create(string name, int imageSize, int patch, int width, int depth, int textWidth, int textDepth) =>
        new()
        {
            Name = name,
            Image = Complete(
                new VisionTransformerConfig
                {
                    ImageSize = imageSize,
                    PatchSize = patch,
                    Width = width,
                    Depth = depth,
                    Heads = width / 64,
                    HiddenSize = 4 * width,
                    Activation = Activation.Gelu,
                    Pooling = TokenPooling.Attention,
                    HasUnreadClassToken = true,
                }
            ),
            Text = new TextTransformerConfig
            {
                ContextLength = 32,
                Width = textWidth,
                Depth = textDepth,
                Heads = textWidth / 64,
                HiddenSize = 4 * textWidth,
                Activation = Activation.Gelu,
            },
            EmbedDimension = textWidth,
            Preprocess = s_usual with { ImageSize = imageSize },
        };

    private static BackboneConfig Giant(BackboneConfig plain) =>
        plain with
        {
            Image = (VisionTransformerConfig)plain.Image with
            {
                Heads = GiantHeads,
                HiddenSize = 8960,
                PoolHiddenSize = 6144,
                HasUnreadClassToken = false,
            },
            Text = plain.Text! with { ContextLength = 72 },
        };
}
