using static TorchSharp.torch;

namespace LiftPlus.Losses;

/// <summary>Computes a training loss, a scalar, from logits (B, C) and int64 labels (B).</summary>
public abstract class LongTailLoss : nn.Module<Tensor, Tensor, Tensor>
{
    /// <summary>Initialises the module.</summary>
    protected LongTailLoss(string name)
        : base(LibTorch.Loaded(name)) { }

    /// <summary>Returns the mean loss of the batch, a scalar.</summary>
    public abstract override Tensor forward(Tensor logits, Tensor labels);
}
