using System.Collections.Immutable;
using LiftPlus.Backbones;
using LiftPlus.Backbones.Families;

namespace LiftPlus;

/// <summary>
/// Lists the published architectures, in full size and without weights. Where their sizes come from is said at each family.
/// </summary>
public static class KnownBackbones
{
    /// <summary>Gets CLIP ViT-B/32 at 224 pixels.</summary>
    public static readonly BackboneConfig ClipViTB32 = ClipFamily.ViTB32;

    /// <summary>Gets CLIP ViT-B/16 at 224 pixels.</summary>
    public static readonly BackboneConfig ClipViTB16 = ClipFamily.ViTB16;

    /// <summary>Gets CLIP ViT-L/14 at 224 pixels.</summary>
    public static readonly BackboneConfig ClipViTL14 = ClipFamily.ViTL14;

    /// <summary>Gets CLIP ViT-L/14 at 336 pixels.</summary>
    public static readonly BackboneConfig ClipViTL14At336 = ClipFamily.ViTL14At336;

    /// <summary>Gets the ImageNet-21K ViT-B/16 at 224 pixels.</summary>
    public static readonly BackboneConfig In21kViTB16 = ViTFamily.ViTB16;

    /// <summary>Gets the ImageNet-21K ViT-B/16 at 384 pixels.</summary>
    public static readonly BackboneConfig In21kViTB16At384 = ViTFamily.ViTB16At384;

    /// <summary>Gets the ImageNet-21K ViT-L/16 at 224 pixels.</summary>
    public static readonly BackboneConfig In21kViTL16 = ViTFamily.ViTL16;

    /// <summary>Gets the ImageNet-21K ViT-L/16 at 384 pixels.</summary>
    public static readonly BackboneConfig In21kViTL16At384 = ViTFamily.ViTL16At384;

    /// <summary>Gets CLIP ResNet-50 at 224 pixels.</summary>
    public static readonly BackboneConfig ClipRN50 = ClipResNetFamily.RN50;

    /// <summary>Gets CLIP ResNet-101 at 224 pixels.</summary>
    public static readonly BackboneConfig ClipRN101 = ClipResNetFamily.RN101;

    /// <summary>Gets the ImageNet-1K ResNet-18 at 224 pixels.</summary>
    public static readonly BackboneConfig In1kResNet18 = ResNetFamily.ResNet18;

    /// <summary>Gets the ImageNet-1K ResNet-34 at 224 pixels.</summary>
    public static readonly BackboneConfig In1kResNet34 = ResNetFamily.ResNet34;

    /// <summary>Gets the ImageNet-1K ResNet-50 at 224 pixels.</summary>
    public static readonly BackboneConfig In1kResNet50 = ResNetFamily.ResNet50;

    /// <summary>Gets the ImageNet-1K ResNet-101 at 224 pixels.</summary>
    public static readonly BackboneConfig In1kResNet101 = ResNetFamily.ResNet101;

    /// <summary>Gets the ImageNet-1K ResNet-152 at 224 pixels.</summary>
    public static readonly BackboneConfig In1kResNet152 = ResNetFamily.ResNet152;

    /// <summary>Gets open_clip's ViT-B/32 (LAION, DataComp) at 224 pixels: CLIP's with GELU.</summary>
    public static readonly BackboneConfig OpenClipViTB32 = ClipFamily.OpenViTB32;

    /// <summary>Gets open_clip's ViT-B/16 (LAION, DataComp) at 224 pixels: CLIP's with GELU.</summary>
    public static readonly BackboneConfig OpenClipViTB16 = ClipFamily.OpenViTB16;

    /// <summary>Gets open_clip's ViT-L/14 (LAION, DataComp) at 224 pixels: CLIP's with GELU.</summary>
    public static readonly BackboneConfig OpenClipViTL14 = ClipFamily.OpenViTL14;

    /// <summary>Gets open_clip's ViT-H/14 (LAION) at 224 pixels.</summary>
    public static readonly BackboneConfig OpenClipViTH14 = ClipFamily.OpenViTH14;

    /// <summary>Gets open_clip's ViT-bigG/14 (LAION) at 224 pixels.</summary>
    public static readonly BackboneConfig OpenClipViTBigG14 = ClipFamily.OpenViTBigG14;

    /// <summary>Gets DINOv2 ViT-S/14 at 518 pixels.</summary>
    public static readonly BackboneConfig Dinov2ViTS14 = Dinov2Family.ViTS14;

    /// <summary>Gets DINOv2 ViT-B/14 at 518 pixels.</summary>
    public static readonly BackboneConfig Dinov2ViTB14 = Dinov2Family.ViTB14;

    /// <summary>Gets DINOv2 ViT-L/14 at 518 pixels.</summary>
    public static readonly BackboneConfig Dinov2ViTL14 = Dinov2Family.ViTL14;

    /// <summary>Gets the image tower of SigLIP B/16 at 224 pixels.</summary>
    public static readonly BackboneConfig SiglipViTB16 = SiglipFamily.ViTB16;

    /// <summary>Gets the image tower of SigLIP L/16 at 256 pixels.</summary>
    public static readonly BackboneConfig SiglipViTL16At256 = SiglipFamily.ViTL16At256;

    /// <summary>Gets the image tower of SigLIP So400m/14 at 384 pixels, of which 378 are seen.</summary>
    public static readonly BackboneConfig SiglipSo400m14At384 = SiglipFamily.So400m14At384;

    /// <summary>Returns the architecture of a name, such as "SigLIP 2 ViT-B/16", in upper or lower case.</summary>
    /// <exception cref="LiftPlusException">There is no such architecture; the message lists all names.</exception>
    public static BackboneConfig Find(string name) =>
        All.FirstOrDefault(known => string.Equals(known.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new LiftPlusException(
            $"There is no known backbone named '{name}'; the names are {string.Join(", ", All.Select(known => known.Name))}."
        );

    /// <summary>
    /// Gets all of them, family by family: those above, and DINOv2 with registers, DINOv3, SigLIP and SigLIP 2 with both towers, PE-Core
    /// and EVA02-CLIP.
    /// </summary>
    public static ImmutableArray<BackboneConfig> All { get; } = [.. BackboneFamilies.All.SelectMany(family => family.Known)];
}
