using LiftPlus.Losses;

namespace LiftPlus;

/// <summary>
/// Represents the settings of generalised re-weighting (arXiv 2103.16370): cross-entropy weighted by w_c ∝ p_c^(-ρ), p_c = n_c / N. A class
/// without training images gets the weight of a class with one image.
/// </summary>
public sealed record GeneralizedReweightLossOptions : LossOptions
{
    /// <inheritdoc/>
    public override string Type => "generalized-reweight";

    /// <summary>Gets ρ, 0 or more: 0 is plain cross-entropy, 1 gives every class the same total weight.</summary>
    /// <value>The default value is 1.</value>
    public double Exponent { get; init; } = 1;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (!(Exponent >= 0 && double.IsFinite(Exponent)))
            yield return $"The generalized-reweight loss's Exponent is {Exponent}; give 0 or a positive number, such as the default 1.";
    }

    internal override bool IsMeanOverImages => false;

    internal override IEnumerable<double> LogPrior(ClassDistribution classes) => ClassPrior.LogShares(classes, 1 - Exponent);

    /// <inheritdoc/>
    public override LongTailLoss CreateLoss(LossContext context) =>
        new ClassWeightedLoss(context, ClassPrior.Shares(context.Classes).Select(share => Math.Pow(share, -Exponent)));
}
