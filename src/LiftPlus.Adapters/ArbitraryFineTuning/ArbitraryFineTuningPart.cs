namespace LiftPlus;

/// <summary>Specifies the linear layers of which <see cref="ArbitraryFineTuningOptions"/> trains some entries.</summary>
public enum ArbitraryFineTuningPart
{
    /// <summary>Uses the layers of the attention and of the MLP.</summary>
    All,

    /// <summary>Uses the layers of the attention: the fused input projection and the output projection.</summary>
    Attention,

    /// <summary>Uses the layers of the MLP: fc1 and fc2.</summary>
    Mlp,
}
