using static TorchSharp.torch;

namespace LiftPlus.Sites;

/// <summary>
/// Represents a trainable function of one frozen tensor of a linear layer. Arbitrary fine-tuning trains a random subset of its entries this
/// way.
/// </summary>
public abstract class WeightAdapter : nn.Module<Tensor, Tensor>
{
    /// <summary>Creates the module.</summary>
    protected WeightAdapter(string name)
        : base(LibTorch.Loaded(name)) { }

    /// <summary>Returns the tensor to use in place of the frozen one; the same shape.</summary>
    public abstract override Tensor forward(Tensor frozen);
}
