using LiftPlus.Backbones;
using LiftPlus.Layers;

namespace LiftPlus.Core.Tests;

/// <summary>Small architectures with every size different, so that none can stand for another.</summary>
internal static class TinyBackbones
{
    public static readonly BackboneConfig Clip = new()
    {
        Name = "CLIP ViT 128x3/8@32px",
        Image = new VisionTransformerConfig
        {
            ImageSize = 32,
            PatchSize = 8,
            Width = 128,
            Depth = 3,
            Heads = 2,
            HiddenSize = 160,
        },
        Text = new TextTransformerConfig
        {
            ContextLength = 9,
            VocabularySize = 600,
            Width = 64,
            Depth = 2,
            Heads = 1,
            HiddenSize = 96,
        },
        EmbedDimension = 24,
        Preprocess = new PreprocessConfig { ImageSize = 32 },
    };

    public static readonly BackboneConfig ViT = new()
    {
        Name = "ViT 48x2/4@12px",
        Image = new VisionTransformerConfig
        {
            ImageSize = 12,
            PatchSize = 4,
            Width = 48,
            Depth = 2,
            Heads = 3,
            HiddenSize = 80,
            Activation = Activation.Gelu,
            LayerNormEps = 1e-6,
            PreNorm = false,
            PatchBias = true,
        },
        Preprocess = new PreprocessConfig
        {
            ImageSize = 12,
            Mean = PreprocessConfig.Half,
            Std = PreprocessConfig.Half,
        },
    };

    public static readonly BackboneConfig ClipResNet = Clip with
    {
        Name = "CLIP ResNet 24@64px",
        Image = new ClipResNetConfig
        {
            ImageSize = 64,
            Width = 4,
            Depths = new ResNetDepths(2, 1, 3, 1),
            Heads = 2,
            OutputDimension = 24,
        },
        Preprocess = new PreprocessConfig { ImageSize = 64 },
    };

    public static readonly BackboneConfig ResNet = new()
    {
        Name = "ResNet 96@224px",
        Image = new ResNetConfig
        {
            ImageSize = 224,
            StemWidth = 12,
            Width = 3,
            Depths = new ResNetDepths(1, 2, 1, 2),
        },
        Preprocess = new PreprocessConfig { Mean = PreprocessConfig.ImageNetMean, Std = PreprocessConfig.ImageNetStd },
    };

    public static readonly BackboneConfig BasicResNet = ResNet with
    {
        Name = "ResNet 40@224px",
        Image = new ResNetConfig
        {
            ImageSize = 224,
            StemWidth = 5,
            Width = 5,
            Depths = new ResNetDepths(2, 1, 1, 3),
            Block = ResNetBlock.Basic,
        },
    };

    public static readonly BackboneConfig Dinov2 = new()
    {
        Name = "ViT 128x2/7@35px",
        Image = new VisionTransformerConfig
        {
            ImageSize = 35,
            PatchSize = 7,
            Width = 128,
            Depth = 2,
            Heads = 2,
            HiddenSize = 144,
            Activation = Activation.Gelu,
            LayerNormEps = 1e-6,
            PreNorm = false,
            PatchBias = true,
            LayerScale = true,
        },
        Preprocess = new PreprocessConfig
        {
            ImageSize = 35,
            Mean = PreprocessConfig.ImageNetMean,
            Std = PreprocessConfig.ImageNetStd,
        },
    };

    // As in SigLIP's So400m/14 at 384 pixels, the last pixels fill no patch.
    public static readonly BackboneConfig Siglip = new()
    {
        Name = "ViT 128x3/8@30px",
        Image = new VisionTransformerConfig
        {
            ImageSize = 30,
            PatchSize = 8,
            Width = 128,
            Depth = 3,
            Heads = 2,
            HiddenSize = 200,
            Activation = Activation.GeluTanh,
            LayerNormEps = 1e-6,
            PreNorm = false,
            PatchBias = true,
            Pooling = TokenPooling.Attention,
        },
        Preprocess = new PreprocessConfig
        {
            ImageSize = 30,
            Mean = PreprocessConfig.Half,
            Std = PreprocessConfig.Half,
        },
    };

    public static readonly BackboneConfig ClipMean = Clip with
    {
        Name = "CLIP ViT 128x1/8@32px",
        Image = (VisionTransformerConfig)Clip.Image with
        {
            Depth = 1,
            PreNorm = false,
            Activation = Activation.Gelu,
            Pooling = TokenPooling.Mean,
            HasUnreadClassToken = true,
            NormalizesPooled = true,
        },
        Text = Clip.Text! with { Activation = Activation.Gelu, IsCausal = false, Pooling = TextPooling.Last },
    };

    public static readonly BackboneConfig SiglipText = Siglip with
    {
        Name = "CLIP ViT 128x2/8@30px",
        Image = (VisionTransformerConfig)Siglip.Image with { Depth = 2 },
        Text = Clip.Text! with { Activation = Activation.GeluTanh, LayerNormEps = 1e-6, IsCausal = false, Pooling = TextPooling.Last },
        EmbedDimension = 128,
        ImageProjection = ProjectionKind.None,
        TextProjection = ProjectionKind.Linear,
        HasLogitBias = true,
    };

    public static readonly BackboneConfig Dinov2Gated = Dinov2 with
    {
        Name = "ViT 128x1/7@35px",
        Image = (VisionTransformerConfig)Dinov2.Image with { Depth = 1, IsGated = true, Registers = 3 },
    };

    public static readonly BackboneConfig Dinov3 = Dinov2 with
    {
        Name = "ViT 128x3/7@35px",
        Image = (VisionTransformerConfig)Dinov2.Image with
        {
            Depth = 3,
            LayerNormEps = 1e-5,
            Registers = 4,
            PositionRows = PositionRows.None,
            QkvBias = QueryKeyValueBias.NotKey,
            Rotary = RotaryKind.Dinov3,
        },
    };

    public static readonly BackboneConfig Dinov3Gated = Dinov3 with
    {
        Name = "ViT 128x4/7@35px",
        Image = (VisionTransformerConfig)Dinov3.Image with { Depth = 4, IsGated = true, QkvBias = QueryKeyValueBias.None, Heads = 4 },
    };

    public static readonly BackboneConfig Registers = ViT with
    {
        Name = "ViT 48x3/4@12px",
        Image = (VisionTransformerConfig)ViT.Image with
        {
            Depth = 3,
            LayerScale = true,
            Registers = 2,
            Pooling = TokenPooling.Mean,
            NormalizesPooled = true,
            NormalizesQueries = true,
        },
    };

    public static readonly BackboneConfig Beit = ViT with
    {
        Name = "ViT 48x4/4@12px",
        Image = (VisionTransformerConfig)ViT.Image with
        {
            Depth = 4,
            LayerScale = true,
            PositionRows = PositionRows.None,
            HasRelativePositions = true,
            QkvBias = QueryKeyValueBias.NotKey,
            Pooling = TokenPooling.Mean,
            HasUnreadClassToken = true,
            NormalizesPooled = true,
        },
    };

    public static readonly BackboneConfig Eva = ViT with
    {
        Name = "ViT 48x5/4@12px",
        Image = (VisionTransformerConfig)ViT.Image with { Depth = 5, QkvBias = QueryKeyValueBias.NotKey },
        Preprocess = new PreprocessConfig { ImageSize = 12 },
    };

    public static readonly BackboneConfig EvaClip = Eva with
    {
        Name = "CLIP ViT 48x2/4@12px",
        Image = (VisionTransformerConfig)Eva.Image with
        {
            Depth = 2,
            IsGated = true,
            NormalizesHidden = true,
            NormalizesMixture = true,
            Rotary = RotaryKind.Eva,
        },
        Text = Clip.Text! with { Activation = Activation.Gelu },
        EmbedDimension = 24,
        ImageProjection = ProjectionKind.Linear,
    };

    public static readonly BackboneConfig EvaText = Eva with
    {
        Name = "CLIP ViT 48x6/4@12px",
        Image = (VisionTransformerConfig)Eva.Image with { Depth = 6 },
        Text = Clip.Text! with { Activation = Activation.Gelu },
        EmbedDimension = 24,
    };

    public static readonly BackboneConfig PerceptionEncoder = ViT with
    {
        Name = "CLIP ViT 48x3/4@12px",
        Image = (VisionTransformerConfig)ViT.Image with
        {
            Depth = 3,
            LayerNormEps = 1e-5,
            PreNorm = true,
            PatchBias = false,
            Pooling = TokenPooling.Attention,
            HasUnreadClassToken = true,
            Rotary = RotaryKind.PerceptionEncoder,
            PoolHeads = 8,
            PoolHiddenSize = 100,
        },
        Text = Clip.Text! with { Activation = Activation.Gelu },
        EmbedDimension = 24,
    };

    public static readonly BackboneConfig ConvNext = new()
    {
        Name = "ConvNeXt 14@64px",
        Image = new ConvNextConfig
        {
            ImageSize = 64,
            Widths = [6, 8, 10, 14],
            Depths = new ResNetDepths(1, 2, 3, 1),
        },
        Preprocess = new PreprocessConfig
        {
            ImageSize = 64,
            Mean = PreprocessConfig.ImageNetMean,
            Std = PreprocessConfig.ImageNetStd,
        },
    };

    public static readonly BackboneConfig ConvNextText = ConvNext with
    {
        Name = "CLIP ConvNeXt 14@64px",
        Text = Clip.Text! with { Activation = Activation.Gelu },
        EmbedDimension = 24,
        ImageProjection = ProjectionKind.Mlp,
    };

    public static readonly BackboneConfig BlurredResNet = ResNet with
    {
        Name = "ResNet 128@224px",
        Image = (ResNetConfig)ResNet.Image with { Width = 4, Antialiasing = Antialiasing.Blur },
    };

    /// <summary>Those that only the latest families have.</summary>
    public static BackboneConfig[] Modern =>
        [
            ClipMean,
            SiglipText,
            Dinov2Gated,
            Dinov3,
            Dinov3Gated,
            Registers,
            Beit,
            Eva,
            EvaClip,
            EvaText,
            PerceptionEncoder,
            ConvNext,
            ConvNextText,
            BlurredResNet,
        ];

    /// <summary>One of each architecture.</summary>
    public static BackboneConfig[] All => [Clip, ViT, ClipResNet, ResNet, BasicResNet, Dinov2, Siglip, .. Modern];
}
