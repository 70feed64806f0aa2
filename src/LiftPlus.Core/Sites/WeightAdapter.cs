using static TorchSharp.torch;

namespace LiftPlus.Sites;

/// <summary>
/// A trainable re-parametrisation of one frozen tensor of a linear layer (arbitrary fine-tuning trains a random subset of its entries).
/// </summary>
public abstract class WeightAdapter : nn.Module<Tensor, Tensor>
{
    /// <summary>Creates the module.</summary>
    protected WeightAdapter(string name)
        : base(name) { }

    /// <summary>Returns the tensor to use in place of the frozen one; the same shape.</summary>
    public abstract override Tensor forward(Tensor frozen);
}
