using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Losses;

/// <summary>CE(z + τ log p, y), p_c = n_c / N.</summary>
internal sealed class LogitAdjustedLoss : LongTailLoss
{
    private readonly Tensor log_prior; // (C), τ log p

    public LogitAdjustedLoss(LossContext context, double tau)
        : base(nameof(LogitAdjustedLoss))
    {
        log_prior = ClassPrior.ToTensor(ClassPrior.LogShares(context.Classes, tau), context.Device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor logits, Tensor labels)
    {
        using DisposeScope scope = NewDisposeScope();
        return nn.functional.cross_entropy(TensorMath.Add(logits, log_prior), labels).MoveToOuterDisposeScope();
    }
}
