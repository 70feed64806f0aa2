using LiftPlus.Losses;

namespace LiftPlus;

/// <summary>
/// Represents the settings of LADE, label distribution disentangling (arXiv 2012.00321): CE(z + log p, y) - α Σ_c p_c (a_c - b_c - λ b_c²),
/// p_c = n_c / N, where a_c is the mean of logit c over the batch's images of class c (0 if there are none) and
/// b_c = log mean_i exp(z_ic - log p_c - log C). The second term moves the logits towards a uniform class distribution. A class without
/// training images gets the prior of a class with one image.
/// </summary>
public sealed record LadeLossOptions : LossOptions
{
    /// <inheritdoc/>
    public override string Type => "lade";

    /// <summary>Gets λ, 0 or more: how strongly each b_c is kept near 0.</summary>
    /// <value>The default value is 0.1, as in the paper.</value>
    public double Lambda { get; init; } = 0.1;

    /// <summary>Gets α, 0 or more: the weight of the disentangling term. 0 is balanced softmax.</summary>
    /// <value>The default value is 0.1, as in the paper.</value>
    public double Weight { get; init; } = 0.1;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (!(Lambda >= 0 && double.IsFinite(Lambda)))
            yield return $"The LADE loss's Lambda is {Lambda}; give 0 or a positive number, such as the default 0.1.";
        if (!(Weight >= 0 && double.IsFinite(Weight)))
            yield return $"The LADE loss's Weight is {Weight}; give 0 or a positive number, such as the default 0.1.";
    }

    internal override bool IsMeanOverImages => false;

    internal override IEnumerable<double> LogPrior(ClassDistribution classes) => new double[classes.ClassCount];

    /// <inheritdoc/>
    public override LongTailLoss CreateLoss(LossContext context) => new LadeLoss(context, Lambda, Weight);
}
