using System.Collections.Immutable;
using LiftPlus.Backbones.Libraries;

namespace LiftPlus.Backbones.Families;

/// <summary>Represents BEiT (arXiv 2106.08254) and BEiT v2 (arXiv 2208.06366), with relative positions, as in timm.</summary>
internal sealed class BeitFamily : BackboneFamily
{
    public override ImmutableArray<BackboneConfig> Known => [];

    public override ImmutableArray<PublishedForm> Forms { get; } =
    [
        new()
        {
            Naming = WeightNaming.Timm,
            Names = TimmNames.Transformer("timm Beit", "cls_token", "blocks.0.attn.relative_position_bias_table"),
            UsualActivation = Activation.Gelu,
            Read = reader => Timm.ReadViT(reader, eps: 1e-6, PreprocessConfig.Centered),
            Describe = config => Timm.DescribeViT(config, "beit_base_patch16_224"),
        },
    ];

    public override bool Has(BackboneConfig config) =>
        config is { Text: null, Image: VisionTransformerConfig { HasRelativePositions: true } };
}
