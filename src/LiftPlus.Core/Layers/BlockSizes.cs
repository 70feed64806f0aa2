namespace LiftPlus.Layers;

/// <summary>Represents the sizes of a transformer block, and what it has beyond the plain one.</summary>
/// <param name="Width">The number of entries D of a token.</param>
/// <param name="Heads">The number of attention heads H; it divides D.</param>
/// <param name="HiddenSize">The number of entries F between the two linear layers of the MLP.</param>
/// <param name="Activation">The activation of the MLP; a gated MLP has SiLU.</param>
/// <param name="Eps">The epsilon of every LayerNorm.</param>
internal sealed record BlockSizes(long Width, long Heads, long HiddenSize, Activation Activation, double Eps)
{
    /// <summary>Gets whether a token attends only to itself and those before it.</summary>
    public bool IsCausal { get; init; }

    /// <summary>Gets whether both branches are scaled entry by entry (LayerScale).</summary>
    public bool HasScales { get; init; }

    /// <summary>Gets whether the MLP is gated (SwiGLU).</summary>
    public bool IsGated { get; init; }

    /// <summary>Gets whether a LayerNorm over F follows the activation.</summary>
    public bool NormalizesHidden { get; init; }

    /// <summary>Gets whether a LayerNorm over D precedes the output projection of the attention.</summary>
    public bool NormalizesMixture { get; init; }

    /// <summary>Gets whether a LayerNorm over the entries of a head is applied to queries and keys.</summary>
    public bool NormalizesQueries { get; init; }

    /// <summary>Gets the rotation of queries and keys; null if there is none.</summary>
    public RotaryPositions? Rotary { get; init; }

    /// <summary>Gets the side of the grid whose relative positions are added to the scores; null if none are.</summary>
    public int? RelativeSide { get; init; }
}
