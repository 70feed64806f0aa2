using LiftPlus.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>Logit adjustment (arXiv 2007.07314), the method's loss: <see cref="LogitAdjustedLoss"/>.</summary>
public sealed record LogitAdjustedLossOptions : LossOptions
{
    /// <inheritdoc/>
    public override string Type => "logit-adjusted";

    /// <summary>τ, 0 or more: 0 is plain cross-entropy, 1 aims at equal weight for every class, more favours rare classes further.</summary>
    /// <value>The default value is 1, which is consistent for the balanced error.</value>
    public double Tau { get; init; } = 1;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (!(Tau >= 0 && double.IsFinite(Tau)))
            yield return $"The logit-adjusted loss's Tau is {Tau}; give 0 or a positive number, such as the default 1.";
    }

    /// <inheritdoc/>
    public override LongTailLoss CreateLoss(LossContext context) => new LogitAdjustedLoss(context, Tau);
}

/// <summary>
/// CE(z + τ log p, y), p_c = n_c / N (arXiv 2007.07314). A class without training images takes part with the prior of a class of one image.
/// </summary>
public sealed class LogitAdjustedLoss : LongTailLoss
{
    private readonly Tensor log_prior; // (C), τ log p

    internal LogitAdjustedLoss(LossContext context, double tau)
        : base(nameof(LogitAdjustedLoss))
    {
        log_prior = ClassPrior.ToTensor(ClassPrior.LogShares(context.Classes, tau), context.Device);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor logits, Tensor labels)
    {
        using DisposeScope scope = NewDisposeScope();
        return nn.functional.cross_entropy(TensorMath.Add(logits, log_prior), labels).MoveToOuterDisposeScope();
    }
}
