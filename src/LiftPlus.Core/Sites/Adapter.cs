using static TorchSharp.torch;

namespace LiftPlus.Sites;

/// <summary>
/// A lightweight trainable module with the signature of a forward hook: it sees what went into a place of the frozen model and what came
/// out, and returns what shall come out instead. It knows its site, not the model. All its parameters are trained.
/// </summary>
public abstract class Adapter : nn.Module<Tensor, Tensor, Tensor>
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">The module's type name, for diagnostics.</param>
    protected Adapter(string name)
        : base(name) { }

    /// <summary>
    /// Whether each token's new output follows from that token's input and output alone, on the places (B, N, ·) of a transformer block. Then the
    /// last block runs it for the class token only. False is always right, and the default.
    /// </summary>
    public virtual bool IsTokenwise => false;

    /// <summary>Returns the site's new output; shapes are those of <see cref="AdapterSites"/>.</summary>
    /// <param name="input">What the site's frozen layer received.</param>
    /// <param name="output">What it returned, with earlier adapters of the same site applied.</param>
    public abstract override Tensor forward(Tensor input, Tensor output);
}
