using LiftPlus.Losses;

namespace LiftPlus;

/// <summary>
/// Represents the settings of the logit-adjusted loss, the one of LIFT+ (arXiv 2007.07314): CE(z + τ log p, y), p_c = n_c / N. A class
/// without training images gets the prior of a class with one image.
/// </summary>
public sealed record LogitAdjustedLossOptions : LossOptions
{
    /// <inheritdoc/>
    public override string Type => "logit-adjusted";

    /// <summary>
    /// Gets τ, 0 or more: 0 is plain cross-entropy, 1 aims at equal weight for every class, and larger values favour rare classes further.
    /// </summary>
    /// <value>The default value is 1, which is consistent for the balanced error.</value>
    public double Tau { get; init; } = 1;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (!(Tau >= 0 && double.IsFinite(Tau)))
            yield return $"The logit-adjusted loss's Tau is {Tau}; give 0 or a positive number, such as the default 1.";
    }

    internal override IEnumerable<double> LogPrior(ClassDistribution classes) => ClassPrior.LogShares(classes, 1 - Tau);

    /// <inheritdoc/>
    public override LongTailLoss CreateLoss(LossContext context) => new LogitAdjustedLoss(context, Tau);
}
