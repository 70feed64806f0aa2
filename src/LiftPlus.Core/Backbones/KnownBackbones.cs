using System.Collections.Immutable;
using LiftPlus.Backbones;

namespace LiftPlus;

/// <summary>
/// The published architectures, in full size and without weights. CLIP: Tables 19 and 20 of arXiv 2103.00020; open_clip: its model configurations
/// (arXiv 2212.07143); ImageNet-21K vision transformers: Table 1 of arXiv 2010.11929; ResNets: Table 1 of arXiv 1512.03385; DINOv2: Table 17 of
/// arXiv 2304.07193; SigLIP: arXiv 2303.15343, So400m from arXiv 2305.13035.
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
    public static readonly BackboneConfig ClipViTL14At336 = Clip(
        "CLIP ViT-L/14@336px",
        336,
        patch: 14,
        width: 1024,
        depth: 24,
        textWidth: 768
    );

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

    /// <summary>open_clip's ViT-B/32 (LAION, DataComp), 224 pixels: CLIP's with GELU.</summary>
    public static readonly BackboneConfig OpenClipViTB32 = OpenClip("OpenCLIP ViT-B/32", ClipViTB32);

    /// <summary>open_clip's ViT-B/16 (LAION, DataComp), 224 pixels: CLIP's with GELU.</summary>
    public static readonly BackboneConfig OpenClipViTB16 = OpenClip("OpenCLIP ViT-B/16", ClipViTB16);

    /// <summary>open_clip's ViT-L/14 (LAION, DataComp), 224 pixels: CLIP's with GELU.</summary>
    public static readonly BackboneConfig OpenClipViTL14 = OpenClip("OpenCLIP ViT-L/14", ClipViTL14);

    /// <summary>open_clip's ViT-H/14 (LAION), 224 pixels.</summary>
    public static readonly BackboneConfig OpenClipViTH14 = OpenClip(
        "OpenCLIP ViT-H/14",
        Clip("", 224, patch: 14, width: 1280, depth: 32, textWidth: 1024, heads: 16, hidden: 5120, textDepth: 24)
    );

    /// <summary>open_clip's ViT-bigG/14 (LAION), 224 pixels.</summary>
    public static readonly BackboneConfig OpenClipViTBigG14 = OpenClip(
        "OpenCLIP ViT-bigG/14",
        Clip("", 224, patch: 14, width: 1664, depth: 48, textWidth: 1280, heads: 16, hidden: 8192, textDepth: 32)
    );

    /// <summary>DINOv2 ViT-S/14, 518 pixels.</summary>
    public static readonly BackboneConfig Dinov2ViTS14 = Dinov2("DINOv2 ViT-S/14", width: 384, depth: 12);

    /// <summary>DINOv2 ViT-B/14, 518 pixels.</summary>
    public static readonly BackboneConfig Dinov2ViTB14 = Dinov2("DINOv2 ViT-B/14", width: 768, depth: 12);

    /// <summary>DINOv2 ViT-L/14, 518 pixels.</summary>
    public static readonly BackboneConfig Dinov2ViTL14 = Dinov2("DINOv2 ViT-L/14", width: 1024, depth: 24);

    /// <summary>SigLIP's image tower B/16, 224 pixels.</summary>
    public static readonly BackboneConfig SiglipViTB16 = Siglip(
        "SigLIP ViT-B/16",
        224,
        patch: 16,
        width: 768,
        depth: 12,
        heads: 12,
        hidden: 3072
    );

    /// <summary>SigLIP's image tower L/16, 256 pixels.</summary>
    public static readonly BackboneConfig SiglipViTL16At256 = Siglip(
        "SigLIP ViT-L/16@256px",
        256,
        patch: 16,
        width: 1024,
        depth: 24,
        heads: 16,
        hidden: 4096
    );

    /// <summary>SigLIP's image tower So400m/14, 384 pixels, of which 378 are seen.</summary>
    public static readonly BackboneConfig SiglipSo400m14At384 = Siglip(
        "SigLIP So400m/14@384px",
        384,
        patch: 14,
        width: 1152,
        depth: 27,
        heads: 16,
        hidden: 4304
    );

    /// <summary>All of them.</summary>
    public static ImmutableArray<BackboneConfig> All { get; } =
    [
        ClipViTB32,
        ClipViTB16,
        ClipViTL14,
        ClipViTL14At336,
        ClipRN50,
        ClipRN101,
        OpenClipViTB32,
        OpenClipViTB16,
        OpenClipViTL14,
        OpenClipViTH14,
        OpenClipViTBigG14,
        In21kViTB16,
        In21kViTB16At384,
        In21kViTL16,
        In21kViTL16At384,
        In1kResNet50,
        In1kResNet101,
        In1kResNet152,
        Dinov2ViTS14,
        Dinov2ViTB14,
        Dinov2ViTL14,
        SiglipViTB16,
        SiglipViTL16At256,
        SiglipSo400m14At384,
    ];

    // CLIP's heads are 64 wide in both towers, an MLP is four times as wide as its tower, and the joint space as wide as the text tower.
    private static BackboneConfig Clip(
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
            Preprocess = new PreprocessConfig { ImageSize = imageSize },
        };

    private static BackboneConfig OpenClip(string name, BackboneConfig clip) =>
        clip with
        {
            Name = name,
            Image = (VisionTransformerConfig)clip.Image with { Activation = Activation.Gelu },
            Text = clip.Text! with { Activation = Activation.Gelu },
        };

    private static BackboneConfig ClipResNet(string name, ResNetDepths depths, int embed) =>
        new()
        {
            Name = name,
            Image = new ClipResNetConfig
            {
                ImageSize = 224,
                Depths = depths,
                Heads = 32,
                OutputDimension = embed,
            },
            Text = new TextTransformerConfig
            {
                Width = 512,
                Depth = 12,
                Heads = 8,
                HiddenSize = 2048,
            },
            EmbedDimension = embed,
            Preprocess = new PreprocessConfig { ImageSize = 224 },
        };

    private static BackboneConfig In1k(string name, ResNetDepths depths) =>
        new()
        {
            Name = name,
            Image = new ResNetConfig { ImageSize = 224, Depths = depths },
            Preprocess = new PreprocessConfig
            {
                ImageSize = 224,
                Mean = PreprocessConfig.ImageNetMean,
                Std = PreprocessConfig.ImageNetStd,
            },
        };

    private static BackboneConfig In21k(string name, int imageSize, int width, int depth) =>
        new()
        {
            Name = name,
            Image = new VisionTransformerConfig
            {
                ImageSize = imageSize,
                PatchSize = 16,
                Width = width,
                Depth = depth,
                Heads = width / 64,
                HiddenSize = 4 * width,
                Activation = Activation.Gelu,
                LayerNormEps = 1e-6,
                PreNorm = false,
                PatchBias = true,
            },
            Preprocess = new PreprocessConfig
            {
                ImageSize = imageSize,
                Mean = PreprocessConfig.Half,
                Std = PreprocessConfig.Half,
            },
        };

    private static BackboneConfig Dinov2(string name, int width, int depth) =>
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
                LayerNormEps = 1e-6,
                PreNorm = false,
                PatchBias = true,
                LayerScale = true,
            },
            Preprocess = new PreprocessConfig
            {
                ImageSize = 518,
                Mean = PreprocessConfig.ImageNetMean,
                Std = PreprocessConfig.ImageNetStd,
            },
        };

    private static BackboneConfig Siglip(string name, int imageSize, int patch, int width, int depth, int heads, int hidden) =>
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
                LayerNormEps = 1e-6,
                PreNorm = false,
                PatchBias = true,
                Pooling = TokenPooling.Attention,
            },
            Preprocess = new PreprocessConfig
            {
                ImageSize = imageSize,
                Mean = PreprocessConfig.Half,
                Std = PreprocessConfig.Half,
            },
        };
}
