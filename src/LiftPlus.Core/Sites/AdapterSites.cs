namespace LiftPlus;

/// <summary>
/// Specifies the places in a transformer block where adapters can be attached. An adapter receives the input and output of its place: x is
/// the residual stream (B, N, D), y = norm1 x, h the stream after attention, z = norm2 h.
/// </summary>
[Flags]
public enum AdapterSites
{
    /// <summary>No site.</summary>
    None = 0,

    /// <summary>The block's tokens: input and output are both x. Prompts are inserted here.</summary>
    Tokens = 1 << 0,

    /// <summary>The query projection: y and q (B, N, D).</summary>
    Query = 1 << 1,

    /// <summary>The key projection: y and k (B, N, D).</summary>
    Key = 1 << 2,

    /// <summary>The value projection: y and v (B, N, D).</summary>
    Value = 1 << 3,

    /// <summary>The fused projection, after the three above: y and [q k v] (B, N, 3D).</summary>
    AttentionInput = 1 << 4,

    /// <summary>The attention's output projection: heads (B, N, D) and their mixture (B, N, D).</summary>
    AttentionOutput = 1 << 5,

    /// <summary>The first linear layer of the MLP, before the activation: z (B, N, D) and (B, N, 4D).</summary>
    Fc1 = 1 << 6,

    /// <summary>The second linear layer of the MLP: (B, N, 4D) and (B, N, D).</summary>
    Fc2 = 1 << 7,

    /// <summary>The whole MLP, in sequence: z and m = mlp(z) (B, N, D), before the residual sum.</summary>
    MlpOutput = 1 << 8,

    /// <summary>The whole MLP, in parallel: h and m (B, N, D), after <see cref="MlpOutput"/> and before the residual sum.</summary>
    MlpBranch = 1 << 9,
}
