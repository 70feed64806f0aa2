using LiftPlus.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Sweeps;

/// <summary>A loss that is NaN.</summary>
internal sealed record DivergingLossOptions : LossOptions
{
    public override string Type => "diverging";

    public override LongTailLoss CreateLoss(LossContext context) => new DivergingLoss();

    private sealed class DivergingLoss() : LongTailLoss("diverging")
    {
        public override Tensor forward(Tensor logits, Tensor labels) => logits.sum().div(zeros([])).mul(zeros([]));
    }
}
