using System.Text.RegularExpressions;

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
        ("vit_huge_", 16),
        ("vit_giant_patch14_clip_", 16),
        ("vit_giantopt_", 16),
        ("vit_gigantic_", 16),
        ("deit3_huge_", 16),
        ("test_vit", 2),
    ];

    private static readonly string[] s_tanh =
    [
        "vit_base_patch32_siglip_256",
        "vit_large_patch16_siglip_512",
        "vit_so400m_patch16_siglip_",
        "vit_giantopt_patch16_siglip_",
    ];

    /// <summary>Gets the number of heads of a vision transformer.</summary>
    public static int Heads(string architecture, int width) =>
        Array.Find(s_heads, row => architecture.StartsWith(row.Start, StringComparison.Ordinal)) is (not null, int heads)
            ? heads
            : Math.Max(1, width / HeadWidth);

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
        : null;

    /// <summary>Returns whether the name is one of the plain ResNets.</summary>
    public static bool IsKnownResNet(string architecture) => PlainResNet().IsMatch(architecture);

    [GeneratedRegex(
        @"^(test_vit2?|deit3?_[a-z]+_patch\d+_\d+|flexivit_[a-z]+|"
            + @"vit_(tiny|xsmall|small|medium|betwixt|base|large|huge|giant|giantopt|gigantic|so400m)_patch\d+"
            + @"(_plus)?(_clip|_clip_quickgelu|_siglip|_dinov2)?(_\d+)?(_miil|_in21k|_dino)?)(\..*)?$"
    )]
    private static partial Regex PlainViT();

    [GeneratedRegex(@"^[a-z]*res[a-z]*(aa|blur)\d")]
    private static partial Regex Antialiased();

    [GeneratedRegex(@"^(tv_|gluon_|swsl_|ssl_)?resnet\d+(_v1b)?(\..*)?$")]
    private static partial Regex PlainResNet();
}
