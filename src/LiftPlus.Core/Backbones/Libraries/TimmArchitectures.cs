using System.Text.RegularExpressions;
using LiftPlus.Layers;

namespace LiftPlus.Backbones.Libraries;

/// <summary>
/// Holds what the names of timm's architectures say and the tensors do not show: attention heads, activation, and layers without weights.
/// A tag after a dot names weights, not an architecture.
/// </summary>
internal static partial class TimmArchitectures
{
    private const int HeadWidth = 64;

    // By the beginning of a name; all others have heads of 64 entries.
    private static readonly (string Start, int Heads)[] s_heads =
    [
        ("vit_so400m_", 16),
        ("vit_huge_plus_", 20),
        ("vit_huge_", 16),
        ("vit_7b_", 32),
        ("vit_pe_core_gigantic_", 16),
        ("eva_giant_", 16),
        ("vit_giant_patch14_clip_", 16),
        ("vit_giant_patch16_gap_", 16),
        ("vit_giantopt_", 16),
        ("vit_gigantic_", 16),
        ("deit3_huge_", 16),
        ("test_vit", 2),
    ];

    private static readonly string[] s_tanh =
    [
        "vit_base_patch32_siglip_256",
        "vit_base_patch32_siglip_gap_256",
        "vit_large_patch16_siglip_512",
        "vit_large_patch16_siglip_gap_512",
        "vit_so400m_patch16_siglip_",
        "vit_giantopt_patch16_siglip_",
    ];

    /// <summary>Gets the number of heads of a vision transformer.</summary>
    public static int Heads(string architecture, int width) =>
        Array.Find(s_heads, row => architecture.StartsWith(row.Start, StringComparison.Ordinal)) is (not null, int heads)
            ? heads
            : Math.Max(1, width / HeadWidth);

    /// <summary>Gets the pooling of a vision transformer.</summary>
    public static string Pooling(string architecture) =>
        architecture.Contains("_gap_", StringComparison.Ordinal) ? "avg"
        : architecture.Contains("siglip", StringComparison.Ordinal) || IsPerceptionEncoder(architecture) ? "map"
        : MeansPatches().IsMatch(architecture) ? "avg"
        : "token";

    /// <summary>Returns whether the name is one of the Perception Encoder's core models.</summary>
    public static bool IsPerceptionEncoder(string architecture) => architecture.StartsWith("vit_pe_core_", StringComparison.Ordinal);

    /// <summary>Gets the activation of a vision transformer.</summary>
    public static Activation Activation(string architecture) =>
        architecture.Contains("quickgelu", StringComparison.Ordinal) ? LiftPlus.Activation.QuickGelu
        : Array.Exists(s_tanh, start => architecture.StartsWith(start, StringComparison.Ordinal)) ? LiftPlus.Activation.GeluTanh
        : LiftPlus.Activation.Gelu;

    /// <summary>Returns whether the name is one of timm's plain vision transformers, of which these rules are known to hold.</summary>
    public static bool IsKnownViT(string architecture) => PlainViT().IsMatch(architecture);

    /// <summary>Returns why an architecture cannot be read although its tensors have known names and shapes; null if it can.</summary>
    public static string? Refusal(string architecture) =>
        Antialiased().IsMatch(architecture) ? "its convolutions with strides are followed by a pooling that leaves no trace in the tensors"
        : architecture.StartsWith("test_vit3", StringComparison.Ordinal) ? "its pooling sees the class token"
        : OtherBlocks().IsMatch(architecture) ? "its blocks differ from those of a vision transformer"
        : architecture.StartsWith("vit_pe_lang_", StringComparison.Ordinal)
        || architecture.StartsWith("vit_pe_spatial_", StringComparison.Ordinal)
            ? "only the Perception Encoder's core models are"
        : architecture.StartsWith("eva02_enormous_", StringComparison.Ordinal) ? "its LayerNorms follow attention and MLP"
        : architecture.Contains("_rope_", StringComparison.Ordinal) ? "its rotary positions leave no trace in the tensors"
        : architecture.Contains("_rpn_", StringComparison.Ordinal) ? "its LayerNorms follow attention and MLP"
        : architecture.Contains("naflex", StringComparison.Ordinal) ? "it takes images of any shape"
        : null;

    /// <summary>Returns whether the name is one of the plain ResNets.</summary>
    public static bool IsKnownResNet(string architecture) => PlainResNet().IsMatch(architecture);

    /// <summary>Returns whether the name is one of the plain ConvNeXts.</summary>
    public static bool IsKnownConvNext(string architecture) => PlainConvNext().IsMatch(architecture);

    /// <summary>Gets what follows the convolutions with a stride of a ResNet.</summary>
    public static Antialiasing Antialiasing(string? architecture) =>
        architecture is null ? Layers.Antialiasing.None
        : architecture.StartsWith("resnetaa", StringComparison.Ordinal) ? Layers.Antialiasing.Mean
        : architecture.StartsWith("resnetblur", StringComparison.Ordinal) ? Layers.Antialiasing.Blur
        : Layers.Antialiasing.None;

    [GeneratedRegex(@"^convnext_(tiny|small|base|large|xlarge|xxlarge)(\..*)?$")]
    private static partial Regex PlainConvNext();

    [GeneratedRegex(@"^(beit|eva(?!.*_clip_)|test_vit2|.*_dinov3(_|\.|$))")]
    private static partial Regex MeansPatches();

    [GeneratedRegex(
        @"^(test_vit2?|deit3?_[a-z]+_patch\d+_\d+|flexivit_[a-z]+|beit(v2)?_(base|large)_patch16_\d+|"
            + @"eva02_(tiny|small|base|large)_patch1[46](_clip)?_\d+|eva_(large|giant)_patch14(_clip)?_\d+|"
            + @"vit_pe_core_(tiny|small|base|large|gigantic)_patch1[46]_\d+|vit_7b_patch16_dinov3|"
            + @"vit_(tiny|xsmall|small|small_plus|wee|little|medium|mediumd|betwixt|base|large|huge|huge_plus|giant|giantopt|"
            + @"gigantic|so150m2?|so400m)_patch\d+"
            + @"(_plus)?(_clip|_clip_quickgelu|_siglip|_reg\d|_dinov2|_dinov3|_dinov3_qkvb|_reg4_dinov2)?"
            + @"(_gap)?(_\d+)?(_miil|_in21k|_dino)?"
            + @")(\..*)?$"
    )]
    private static partial Regex PlainViT();

    [GeneratedRegex("^(vit_(d|p|dp)(wee|little)_|aimv2_|beit3_)")]
    private static partial Regex OtherBlocks();

    [GeneratedRegex(@"^(?!resnet(aa|blur)\d+(\..*)?$)[a-z]*res[a-z]*(aa|blur)\d")]
    private static partial Regex Antialiased();

    [GeneratedRegex(@"^(tv_|gluon_|swsl_|ssl_)?resnet(aa|blur)?\d+(_v1b)?(\..*)?$")]
    private static partial Regex PlainResNet();
}
