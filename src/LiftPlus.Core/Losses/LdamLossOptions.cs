using LiftPlus.Losses;

namespace LiftPlus;

/// <summary>
/// Represents the settings of LDAM, label-distribution-aware margins (arXiv 1906.07413): cross-entropy after z_y is lowered by s · m_y,
/// where s is the classifier's scale and m_c = M n_c^(-1/4) / max_j n_j^(-1/4), so that rare classes get larger margins. A class without
/// training images gets the margin of a class with one image.
/// </summary>
public sealed record LdamLossOptions : LossOptions
{
    /// <inheritdoc/>
    public override string Type => "ldam";

    /// <summary>
    /// Gets M, the margin of the rarest class, a positive number. It applies to cosines: the classifier's scale multiplies it.
    /// </summary>
    /// <value>The default value is 0.5, as in the paper.</value>
    public double MaxMargin { get; init; } = 0.5;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (!(MaxMargin > 0 && double.IsFinite(MaxMargin)))
            yield return $"The LDAM loss's MaxMargin is {MaxMargin}; give a positive number, such as the default 0.5.";
    }

    /// <inheritdoc/>
    public override LongTailLoss CreateLoss(LossContext context) => new LdamLoss(context, MaxMargin);
}
