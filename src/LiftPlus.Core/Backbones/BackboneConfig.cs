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

    /// <summary>Gets how image features are projected into the joint space.</summary>
    internal ProjectionKind ImageProjection { get; init; }

    /// <summary>Gets how text features are projected into the joint space: by a matrix or a linear layer.</summary>
    internal ProjectionKind TextProjection { get; init; }

    /// <summary>
    /// Gets whether the logits have a learned summand, and are read one by one: SigLIP's, whose probabilities are sigmoids.
    /// </summary>
    internal bool HasLogitBias { get; init; }

    /// <summary>Gets what the image tower expects of its pixels.</summary>
    public required PreprocessConfig Preprocess { get; init; }

    /// <summary>Returns the image tower alone.</summary>
    internal BackboneConfig WithoutText() =>
        this with
        {
            Text = null,
            EmbedDimension = null,
            ImageProjection = ProjectionKind.Matrix,
            TextProjection = ProjectionKind.Matrix,
            HasLogitBias = false,
        };

    /// <summary>Gets the names of what the architecture has that changes the names of its tensors in files.</summary>
    internal IReadOnlySet<string> Variants =>
        Image.Variants.Append($"image {ImageProjection}").Append($"text {TextProjection}").ToHashSet();
}
