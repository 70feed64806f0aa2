using LiftPlus.Losses;

namespace LiftPlus;

/// <summary>
/// Represents the settings of focal loss (arXiv 1708.02002): the mean of (1 - p_y)^γ · CE(z, y), p = softmax(z), which gives images that
/// are already classified well less weight.
/// </summary>
public sealed record FocalLossOptions : LossOptions
{
    /// <inheritdoc/>
    public override string Type => "focal";

    /// <summary>Gets γ, 0 or more: the larger, the less well-classified images count. 0 is plain cross-entropy.</summary>
    /// <value>The default value is 2, as in the paper.</value>
    public double Gamma { get; init; } = 2;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (!(Gamma >= 0 && double.IsFinite(Gamma)))
            yield return $"The focal loss's Gamma is {Gamma}; give 0 or a positive number, such as the default 2.";
    }

    /// <inheritdoc/>
    public override LongTailLoss CreateLoss(LossContext context) => new FocalLoss(Gamma);
}
