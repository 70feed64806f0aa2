using System.Collections.Immutable;
using LiftPlus.Backbones;
using LiftPlus.Backbones.Families;

namespace LiftPlus;

/// <summary>Lists the published architectures, in full size and without weights. Where their sizes come from is said at each family.</summary>
public static class KnownBackbones
{
    /// <summary>CLIP ViT-B/32, 224 pixels.</summary>
    public static readonly BackboneConfig ClipViTB32 = ClipFamily.ViTB32;

    /// <summary>CLIP ViT-B/16, 224 pixels.</summary>
    public static readonly BackboneConfig ClipViTB16 = ClipFamily.ViTB16;

    /// <summary>CLIP ViT-L/14, 224 pixels.</summary>
    public static readonly BackboneConfig ClipViTL14 = ClipFamily.ViTL14;

    /// <summary>CLIP ViT-L/14, 336 pixels.</summary>
    public static readonly BackboneConfig ClipViTL14At336 = ClipFamily.ViTL14At336;

    /// <summary>ImageNet-21K ViT-B/16, 224 pixels.</summary>
    public static readonly BackboneConfig In21kViTB16 = ViTFamily.ViTB16;

    /// <summary>ImageNet-21K ViT-B/16, 384 pixels.</summary>
    public static readonly BackboneConfig In21kViTB16At384 = ViTFamily.ViTB16At384;

    /// <summary>ImageNet-21K ViT-L/16, 224 pixels.</summary>
    public static readonly BackboneConfig In21kViTL16 = ViTFamily.ViTL16;

    /// <summary>ImageNet-21K ViT-L/16, 384 pixels.</summary>
    public static readonly BackboneConfig In21kViTL16At384 = ViTFamily.ViTL16At384;

    /// <summary>CLIP ResNet-50, 224 pixels.</summary>
    public static readonly BackboneConfig ClipRN50 = ClipResNetFamily.RN50;

    /// <summary>CLIP ResNet-101, 224 pixels.</summary>
    public static readonly BackboneConfig ClipRN101 = ClipResNetFamily.RN101;

    /// <summary>ImageNet-1K ResNet-50, 224 pixels.</summary>
    public static readonly BackboneConfig In1kResNet50 = ResNetFamily.ResNet50;

    /// <summary>ImageNet-1K ResNet-101, 224 pixels.</summary>
    public static readonly BackboneConfig In1kResNet101 = ResNetFamily.ResNet101;

    /// <summary>ImageNet-1K ResNet-152, 224 pixels.</summary>
    public static readonly BackboneConfig In1kResNet152 = ResNetFamily.ResNet152;

    /// <summary>The ViT-B/32 of open_clip (LAION, DataComp), 224 pixels: CLIP's with GELU.</summary>
    public static readonly BackboneConfig OpenClipViTB32 = ClipFamily.OpenViTB32;

    /// <summary>The ViT-B/16 of open_clip (LAION, DataComp), 224 pixels: CLIP's with GELU.</summary>
    public static readonly BackboneConfig OpenClipViTB16 = ClipFamily.OpenViTB16;

    /// <summary>The ViT-L/14 of open_clip (LAION, DataComp), 224 pixels: CLIP's with GELU.</summary>
    public static readonly BackboneConfig OpenClipViTL14 = ClipFamily.OpenViTL14;

    /// <summary>The ViT-H/14 of open_clip (LAION), 224 pixels.</summary>
    public static readonly BackboneConfig OpenClipViTH14 = ClipFamily.OpenViTH14;

    /// <summary>The ViT-bigG/14 of open_clip (LAION), 224 pixels.</summary>
    public static readonly BackboneConfig OpenClipViTBigG14 = ClipFamily.OpenViTBigG14;

    /// <summary>DINOv2 ViT-S/14, 518 pixels.</summary>
    public static readonly BackboneConfig Dinov2ViTS14 = Dinov2Family.ViTS14;

    /// <summary>DINOv2 ViT-B/14, 518 pixels.</summary>
    public static readonly BackboneConfig Dinov2ViTB14 = Dinov2Family.ViTB14;

    /// <summary>DINOv2 ViT-L/14, 518 pixels.</summary>
    public static readonly BackboneConfig Dinov2ViTL14 = Dinov2Family.ViTL14;

    /// <summary>The image tower of SigLIP B/16, 224 pixels.</summary>
    public static readonly BackboneConfig SiglipViTB16 = SiglipFamily.ViTB16;

    /// <summary>The image tower of SigLIP L/16, 256 pixels.</summary>
    public static readonly BackboneConfig SiglipViTL16At256 = SiglipFamily.ViTL16At256;

    /// <summary>The image tower of SigLIP So400m/14, 384 pixels, of which 378 are seen.</summary>
    public static readonly BackboneConfig SiglipSo400m14At384 = SiglipFamily.So400m14At384;

    /// <summary>Gets all of them, family by family.</summary>
    public static ImmutableArray<BackboneConfig> All { get; } = [.. BackboneFamilies.All.SelectMany(family => family.Known)];
}
