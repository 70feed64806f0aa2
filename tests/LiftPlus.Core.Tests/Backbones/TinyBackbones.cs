using LiftPlus.Backbones;

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

    /// <summary>One of each architecture.</summary>
    public static BackboneConfig[] All => [Clip, ViT, ClipResNet, ResNet, BasicResNet, Dinov2, Siglip];
}
