namespace LiftPlus.Backbones;

/// <summary>Specifies how a vision transformer's tokens become its feature.</summary>
public enum TokenPooling
{
    /// <summary>The class token, which precedes the tokens of the patches.</summary>
    ClassToken,

    /// <summary>A learned query attends to all tokens (SigLIP, arXiv 2303.15343).</summary>
    Attention,

    /// <summary>The mean of the tokens of the patches.</summary>
    Mean,
}
