using LiftPlus.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>Label distribution disentangling (arXiv 2012.00321): <see cref="LadeLoss"/>.</summary>
public sealed record LadeLossOptions : LossOptions
{
    /// <inheritdoc/>
    public override string Type => "lade";

    /// <summary>λ, 0 or more: how strongly the estimate of each class's partition is held near 0.</summary>
    /// <value>The default value is 0.1, the paper's.</value>
    public double Lambda { get; init; } = 0.1;

    /// <summary>α, 0 or more: the weight of the disentangling term; 0 is balanced softmax.</summary>
    /// <value>The default value is 0.1, the paper's.</value>
    public double Weight { get; init; } = 0.1;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (!(Lambda >= 0 && double.IsFinite(Lambda)))
            yield return $"The LADE loss's Lambda is {Lambda}; give 0 or a positive number, such as the default 0.1.";
        if (!(Weight >= 0 && double.IsFinite(Weight)))
            yield return $"The LADE loss's Weight is {Weight}; give 0 or a positive number, such as the default 0.1.";
    }

    /// <inheritdoc/>
    public override LongTailLoss CreateLoss(LossContext context) => new LadeLoss(context, Lambda, Weight);
}

/// <summary>
/// CE(z + log p, y) - α Σ_c p_c (a_c - b_c - λ b_c²), with a_c the mean of logit c over the batch's images of class c (0 when it has none) and
/// b_c = log mean_i exp(z_ic - log p_c - log C) (arXiv 2012.00321): the second term moves the logits towards a uniform class distribution.
/// A class without training images has the prior of a class of one image.
/// </summary>
public sealed class LadeLoss : LongTailLoss
{
    private const double Epsilon = 1e-9; // the reference's guard inside both logarithms of b
    private static readonly Scalar s_guard = TensorMath.Hold(1e-8);
    private readonly Tensor prior; // (C)
    private readonly Tensor log_prior; // (C)
    private readonly Tensor uniform_shift; // (C), -log p - log C
    private readonly Scalar _lambda,
        _minusWeight;

    internal LadeLoss(LossContext context, double lambda, double weight)
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

    /// <inheritdoc/>
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
