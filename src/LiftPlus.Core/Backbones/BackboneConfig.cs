namespace LiftPlus.Backbones;

/// <summary>
/// Represents the architecture of a backbone: an image tower, a text tower if it has one, and the joint space. <c>Backbone.Load</c> reads
/// it from a weight file or folder; <see cref="KnownBackbones"/> has the published ones.
/// </summary>
public sealed record BackboneConfig
{
    /// <summary>Gets the name for reports and checkpoints, for example "CLIP ViT-B/16".</summary>
    public required string Name { get; init; }

    /// <summary>Gets the sizes of the image tower.</summary>
    public required ImageEncoderConfig Image { get; init; }

    /// <summary>Gets the sizes of the text tower; null if the backbone sees images only.</summary>
    public TextTransformerConfig? Text { get; init; }

    /// <summary>Gets the number of entries E of the joint image and text space; null without a text tower.</summary>
    public int? EmbedDimension { get; init; }

    /// <summary>Gets what the image tower expects of its pixels.</summary>
    public required PreprocessConfig Preprocess { get; init; }
}
