using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Losses;

/// <summary>Σ_i w(y_i) CE(z_i, y_i) / Σ_i w(y_i), with fixed class weights w of mean 1.</summary>
internal sealed class ClassWeightedLoss : LongTailLoss
{
    private readonly Tensor weights; // (C)

    public ClassWeightedLoss(LossContext context, IEnumerable<double> classWeights)
        : base(nameof(ClassWeightedLoss))
    {
        weights = ClassPrior.ToTensor(ClassPrior.MeanOne(classWeights), context.Device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor logits, Tensor labels)
    {
        using DisposeScope scope = NewDisposeScope();
        return nn.functional.cross_entropy(logits, labels, weights.to(logits.dtype)).MoveToOuterDisposeScope();
    }
}
