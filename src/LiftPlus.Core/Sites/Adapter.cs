using static TorchSharp.torch;

namespace LiftPlus.Sites;

/// <summary>
/// Represents a small trainable module with the signature of a forward hook: it receives the input and the output of a place in the frozen
/// model and returns the new output. It knows its site, not the model. All its parameters are trained.
/// </summary>
public abstract class Adapter : nn.Module<Tensor, Tensor, Tensor>
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">The module's type name, for diagnostics.</param>
    protected Adapter(string name)
        : base(LibTorch.Loaded(name)) { }

    /// <summary>
    /// Gets whether each token's new output depends only on that token's input and output, at the places (B, N, ·) of a transformer block.
    /// If so, the last block runs the adapter for the class token only. False is always safe, and the default.
    /// </summary>
    public virtual bool IsTokenwise => false;

    /// <summary>Gets the factor on the learning rate of a parameter, by its name in this module.</summary>
    internal virtual double LearningRateFactor(string parameter) => 1;

    /// <summary>Returns the site's new output; shapes are those of <see cref="AdapterSites"/>.</summary>
    /// <param name="input">The input of the site's frozen layer.</param>
    /// <param name="output">The output of that layer, after earlier adapters of the same site.</param>
    public abstract override Tensor forward(Tensor input, Tensor output);
}
