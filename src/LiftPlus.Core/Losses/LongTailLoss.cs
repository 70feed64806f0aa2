using static TorchSharp.torch;

namespace LiftPlus.Losses;

/// <summary>A training loss: logits (B, C) and int64 labels (B) to a scalar. Knows the class distribution from its creation.</summary>
public abstract class LongTailLoss : nn.Module<Tensor, Tensor, Tensor>
{
    /// <summary>Creates the module.</summary>
    protected LongTailLoss(string name)
        : base(name) { }

    /// <summary>Mean loss of the batch, a scalar.</summary>
    public abstract override Tensor forward(Tensor logits, Tensor labels);
}
