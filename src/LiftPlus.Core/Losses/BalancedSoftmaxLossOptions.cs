using LiftPlus.Losses;

namespace LiftPlus;

/// <summary>
/// Represents balanced softmax (arXiv 2007.10740): CE(z + log p, y), p_c = n_c / N. It equals <see cref="LogitAdjustedLossOptions"/> with
/// τ = 1.
/// </summary>
public sealed record BalancedSoftmaxLossOptions : LossOptions
{
    /// <inheritdoc/>
    public override string Type => "balanced-softmax";

    internal override IEnumerable<double> LogPrior(ClassDistribution classes) => new double[classes.ClassCount];

    /// <inheritdoc/>
    public override LongTailLoss CreateLoss(LossContext context) => new LogitAdjustedLoss(context, tau: 1);
}
