using LiftPlus.Losses;

namespace LiftPlus;

/// <summary>
/// Cross-entropy weighted by the inverse effective number of samples, w_c ∝ (1 - β) / (1 - β^n_c) (arXiv 1901.05555). A class without training
/// images has the weight of a class of one image.
/// </summary>
public sealed record ClassBalancedLossOptions : LossOptions
{
    /// <inheritdoc/>
    public override string Type => "class-balanced";

    /// <summary>β in [0, 1): 0 is plain cross-entropy, towards 1 the weights become 1 / n.</summary>
    /// <value>The default value is 0.9999.</value>
    public double Beta { get; init; } = 0.9999;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (!(Beta is >= 0 and < 1))
            yield return $"The class-balanced loss's Beta is {Beta}; give a number from 0 up to but not including 1, such as the default 0.9999.";
    }

    /// <inheritdoc/>
    public override LongTailLoss CreateLoss(LossContext context) =>
        new ClassWeightedLoss(context, ClassPrior.Counts(context.Classes).Select(count => (1 - Beta) / (1 - Math.Pow(Beta, count))));
}
