using System.Collections.Immutable;

namespace LiftPlus.Backbones;

/// <summary>
/// The published architectures, in full size and without weights. CLIP: Tables 19 and 20 of arXiv 2103.00020; ImageNet-21K vision transformers:
/// Table 1 of arXiv 2010.11929; ResNets: Table 1 of arXiv 1512.03385.
/// </summary>
public static class KnownBackbones
{
    /// <summary>CLIP ViT-B/32, 224 pixels.</summary>
    public static readonly BackboneConfig ClipViTB32 = Clip("CLIP ViT-B/32", 224, patch: 32, width: 768, depth: 12, textWidth: 512);

    /// <summary>CLIP ViT-B/16, 224 pixels.</summary>
    public static readonly BackboneConfig ClipViTB16 = Clip("CLIP ViT-B/16", 224, patch: 16, width: 768, depth: 12, textWidth: 512);

    /// <summary>CLIP ViT-L/14, 224 pixels.</summary>
    public static readonly BackboneConfig ClipViTL14 = Clip("CLIP ViT-L/14", 224, patch: 14, width: 1024, depth: 24, textWidth: 768);

    /// <summary>CLIP ViT-L/14, 336 pixels.</summary>
    public static readonly BackboneConfig ClipViTL14At336 = Clip("CLIP ViT-L/14@336px", 336, patch: 14, width: 1024, depth: 24, textWidth: 768);

    /// <summary>ImageNet-21K ViT-B/16, 224 pixels.</summary>
    public static readonly BackboneConfig In21kViTB16 = In21k("IN21K ViT-B/16", 224, width: 768, depth: 12);

    /// <summary>ImageNet-21K ViT-B/16, 384 pixels.</summary>
    public static readonly BackboneConfig In21kViTB16At384 = In21k("IN21K ViT-B/16@384px", 384, width: 768, depth: 12);

    /// <summary>ImageNet-21K ViT-L/16, 224 pixels.</summary>
    public static readonly BackboneConfig In21kViTL16 = In21k("IN21K ViT-L/16", 224, width: 1024, depth: 24);

    /// <summary>ImageNet-21K ViT-L/16, 384 pixels.</summary>
    public static readonly BackboneConfig In21kViTL16At384 = In21k("IN21K ViT-L/16@384px", 384, width: 1024, depth: 24);

    /// <summary>CLIP ResNet-50, 224 pixels.</summary>
    public static readonly BackboneConfig ClipRN50 = ClipResNet("CLIP RN50", ResNetDepths.ResNet50, embed: 1024);

    /// <summary>CLIP ResNet-101, 224 pixels.</summary>
    public static readonly BackboneConfig ClipRN101 = ClipResNet("CLIP RN101", ResNetDepths.ResNet101, embed: 512);

    /// <summary>ImageNet-1K ResNet-50, 224 pixels.</summary>
    public static readonly BackboneConfig In1kResNet50 = In1k("IN1K ResNet-50", ResNetDepths.ResNet50);

    /// <summary>ImageNet-1K ResNet-101, 224 pixels.</summary>
    public static readonly BackboneConfig In1kResNet101 = In1k("IN1K ResNet-101", ResNetDepths.ResNet101);

    /// <summary>ImageNet-1K ResNet-152, 224 pixels.</summary>
    public static readonly BackboneConfig In1kResNet152 = In1k("IN1K ResNet-152", ResNetDepths.ResNet152);

    /// <summary>All of them.</summary>
    public static ImmutableArray<BackboneConfig> All { get; } =
    [
        ClipViTB32, ClipViTB16, ClipViTL14, ClipViTL14At336, In21kViTB16, In21kViTB16At384, In21kViTL16, In21kViTL16At384,
        ClipRN50, ClipRN101, In1kResNet50, In1kResNet101, In1kResNet152,
    ];

    // CLIP's heads are 64 wide in both towers and its joint space is as wide as the text tower.
    private static BackboneConfig Clip(string name, int imageSize, int patch, int width, int depth, int textWidth) => new()
    {
        Name = name,
        Image = new VisionTransformerConfig
        {
            ImageSize = imageSize, PatchSize = patch, Width = width, Depth = depth, Heads = width / 64, HiddenSize = 4 * width,
        },
        Text = new TextTransformerConfig { Width = textWidth, Depth = 12, Heads = textWidth / 64, HiddenSize = 4 * textWidth },
        EmbedDimension = textWidth,
        Preprocess = new PreprocessConfig { ImageSize = imageSize },
    };

    private static BackboneConfig ClipResNet(string name, ResNetDepths depths, int embed) => new()
    {
        Name = name,
        Image = new ClipResNetConfig { ImageSize = 224, Depths = depths, Heads = 32, OutputDimension = embed },
        Text = new TextTransformerConfig { Width = 512, Depth = 12, Heads = 8, HiddenSize = 2048 },
        EmbedDimension = embed,
        Preprocess = new PreprocessConfig { ImageSize = 224 },
    };

    private static BackboneConfig In1k(string name, ResNetDepths depths) => new()
    {
        Name = name,
        Image = new ResNetConfig { ImageSize = 224, Depths = depths },
        Preprocess = new PreprocessConfig { ImageSize = 224, Mean = PreprocessConfig.ImageNetMean, Std = PreprocessConfig.ImageNetStd },
    };

    private static BackboneConfig In21k(string name, int imageSize, int width, int depth) => new()
    {
        Name = name,
        Image = new VisionTransformerConfig
        {
            ImageSize = imageSize, PatchSize = 16, Width = width, Depth = depth, Heads = width / 64, HiddenSize = 4 * width,
            Activation = Activation.Gelu, LayerNormEps = 1e-6, PreNorm = false, PatchBias = true,
        },
        Preprocess = new PreprocessConfig { ImageSize = imageSize, Mean = PreprocessConfig.Half, Std = PreprocessConfig.Half },
    };
}
