using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Losses;

/// <summary>CE after z_y is lowered by s · m_y, m_c = M n_c^(-1/4) / max_j n_j^(-1/4).</summary>
internal sealed class LdamLoss : LongTailLoss
{
    private readonly Tensor shifts; // (C), -s · m

    public LdamLoss(LossContext context, double maxMargin)
        : base(nameof(LdamLoss))
    {
        double[] margins = [.. ClassPrior.Counts(context.Classes).Select(count => Math.Pow(count, -0.25))];
        double factor = -context.LogitScale * maxMargin / margins.Max();
        shifts = ClassPrior.ToTensor([.. margins.Select(margin => factor * margin)], context.Device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor logits, Tensor labels)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor shift = shifts.to(logits.dtype).index_select(0, labels).unsqueeze(1); // (B, 1)
        return nn.functional.cross_entropy(logits.scatter_add(1, labels.unsqueeze(1), shift), labels).MoveToOuterDisposeScope();
    }
}
