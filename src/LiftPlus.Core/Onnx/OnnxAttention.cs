namespace LiftPlus.Onnx;

/// <summary>Represents what multi-head attention does in a graph.</summary>
/// <param name="Width">The width D.</param>
/// <param name="Heads">The number of heads H.</param>
internal sealed record OnnxAttention(long Width, long Heads)
{
    /// <summary>Gets whether a token attends only to itself and those before it; queries and keys are as many.</summary>
    public bool IsCausal { get; init; }

    /// <summary>Gets what is done to the queries (B, H, M, d).</summary>
    public Func<string, string> Query { get; init; } = q => q;

    /// <summary>Gets what is done to the keys (B, H, N, d); null for nothing.</summary>
    public Func<string, string>? Key { get; init; }

    /// <summary>Gets the name of what is added to the scores (B, H, M, N); null for nothing.</summary>
    public string? Bias { get; init; }
}
