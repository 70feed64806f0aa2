namespace LiftPlus;

/// <summary>Specifies the activation between the two linear layers of a block's MLP. It comes from the weights' own description.</summary>
public enum Activation
{
    /// <summary>x · sigmoid(1.702 x), as CLIP was trained (arXiv 2103.00020).</summary>
    QuickGelu,

    /// <summary>Exact GELU x · Φ(x), by the error function (arXiv 1606.08415).</summary>
    Gelu,

    /// <summary>GELU in its tanh approximation.</summary>
    GeluTanh,
}
