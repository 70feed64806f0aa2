using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Losses;

/// <summary>The mean of (1 - p_y)^γ · CE(z, y), p = softmax(z).</summary>
internal sealed class FocalLoss : LongTailLoss
{
    // 1 - p_y is kept above this, because for γ < 1 the power has infinite slope at 0.
    private static readonly Scalar s_floor = TensorMath.Hold(1e-12);
    private readonly Scalar _gamma;

    public FocalLoss(double gamma)
        : base(nameof(FocalLoss)) => _gamma = TensorMath.Hold(gamma);

    public override Tensor forward(Tensor logits, Tensor labels)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor ce = nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.None); // (B)
        Tensor miss = ce.neg().expm1().neg().clamp_min(s_floor); // 1 - p_y
        return miss.pow(_gamma).mul(ce).mean().MoveToOuterDisposeScope();
    }
}
