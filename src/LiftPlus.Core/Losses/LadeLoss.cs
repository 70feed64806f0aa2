using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Losses;

/// <summary>CE(z + log p, y) - α Σ_c p_c (a_c - b_c - λ b_c²); see <see cref="LadeLossOptions"/>.</summary>
internal sealed class LadeLoss : LongTailLoss
{
    private const double Epsilon = 1e-9; // inside both logarithms of b, as in the authors' implementation
    private static readonly Scalar s_guard = TensorMath.Hold(1e-8);
    private readonly Tensor prior; // (C)
    private readonly Tensor log_prior; // (C)
    private readonly Tensor uniform_shift; // (C), -log p - log C
    private readonly Scalar _lambda,
        _minusWeight;

    public LadeLoss(LossContext context, double lambda, double weight)
        : base(nameof(LadeLoss))
    {
        double[] shares = ClassPrior.Shares(context.Classes);
        prior = ClassPrior.ToTensor(shares, context.Device);
        log_prior = ClassPrior.ToTensor(ClassPrior.LogShares(context.Classes), context.Device);
        double logUniform = Math.Log(1.0 / shares.Length + Epsilon);
        uniform_shift = ClassPrior.ToTensor([.. shares.Select(share => logUniform - Math.Log(share + Epsilon))], context.Device);
        (_lambda, _minusWeight) = (TensorMath.Hold(lambda), TensorMath.Hold(-weight));
        RegisterComponents();
    }

    public override Tensor forward(Tensor logits, Tensor labels)
    {
        using DisposeScope scope = NewDisposeScope();
        long size = logits.shape[0];
        Tensor oneHot = nn.functional.one_hot(labels, logits.shape[1]).to(logits.dtype); // (B, C)
        Tensor a = logits.mul(oneHot).sum(0L).div(oneHot.sum(0L).add(s_guard, TensorMath.One)); // (C)
        Tensor logSize = tensor(Math.Log(size), logits.dtype, logits.device);
        Tensor b = TensorMath.Subtract(TensorMath.Add(logits, uniform_shift).logsumexp(0), logSize); // (C)
        Tensor excess = TensorMath.Subtract(TensorMath.Subtract(a, b), b.square().mul(_lambda)); // (C)
        Tensor disentangling = prior.mul(excess).sum().mul(_minusWeight);
        Tensor ce = nn.functional.cross_entropy(TensorMath.Add(logits, log_prior), labels);
        return TensorMath.Add(ce, disentangling).MoveToOuterDisposeScope();
    }
}
