namespace LiftPlus;

/// <summary>
/// Specifies whose way of resampling position embeddings is followed when images have another size than the weights were made for. They
/// give different numbers.
/// </summary>
public enum PositionResampling
{
    /// <summary>timm's and open_clip's: bicubic, antialiased.</summary>
    Timm,

    /// <summary>transformers': bicubic, antialiased only for DINOv2 with registers.</summary>
    Transformers,

    /// <summary>
    /// That of the authors: bicubic by a scale with an offset for DINOv2 without registers, bilinear for the Perception Encoder. Of the
    /// other families it is timm's.
    /// </summary>
    Original,
}
