using LiftPlus.Losses;

namespace LiftPlus;

/// <summary>
/// Represents the settings of the class-balanced loss (arXiv 1901.05555): cross-entropy weighted by the inverse effective number of
/// samples, w_c ∝ (1 - β) / (1 - β^n_c). A class without training images gets the weight of a class with one image.
/// </summary>
public sealed record ClassBalancedLossOptions : LossOptions
{
    /// <inheritdoc/>
    public override string Type => "class-balanced";

    /// <summary>Gets β in [0, 1): 0 is plain cross-entropy; as β approaches 1, the weights approach 1 / n_c.</summary>
    /// <value>The default value is 0.9999.</value>
    public double Beta { get; init; } = 0.9999;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (!(Beta is >= 0 and < 1))
            yield return $"The class-balanced loss's Beta is {Beta}; give a number of at least 0 and below 1, such as the default 0.9999.";
    }

    internal override bool IsMeanOverImages => false;

    /// <inheritdoc/>
    public override LongTailLoss CreateLoss(LossContext context) => new ClassWeightedLoss(context, Weights(context.Classes));

    internal override IEnumerable<double> LogPrior(ClassDistribution classes) =>
        ClassPrior.LogShares(classes).Zip(Weights(classes), (share, weight) => share + Math.Log(weight));

    private IEnumerable<double> Weights(ClassDistribution classes) =>
        ClassPrior.Counts(classes).Select(count => (1 - Beta) / (1 - Math.Pow(Beta, count)));
}
