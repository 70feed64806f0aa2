using LiftPlus.Losses;

namespace LiftPlus;

/// <summary>
/// Represents the settings of a neighbour-aware loss (CUE, arXiv 2605.01309): CE(z', y) + a · BCE(z', Y_text) + b · BCE(z', Y_zero-shot),
/// with z' = z + log p, p_c = n_c / N, and BCE the mean over images and classes. The targets are 1 for the image's class and for its
/// neighbours: Y_text for the classes whose texts are nearest to that of the class, Y_zero-shot for the classes that the untouched backbone
/// finds likeliest for the image. Training thus keeps what the backbone knows about related classes.
/// </summary>
/// <remarks>
/// It needs a backbone with a text encoder. Before the first step every training image passes through the untouched backbone once, in the
/// plain transform; what is kept takes 4 bytes for each neighbour of an image and of a class. The paper takes the neighbours of a class
/// from a language model; here they come from the texts of the recipe, so that nothing else is needed. A class without training images gets
/// the prior of a class with one image.
/// </remarks>
public sealed record NeighborAwareLossOptions : LossOptions
{
    /// <inheritdoc/>
    public override string Type => "neighbor-aware";

    /// <summary>Gets the number of neighbours of an image and of a class, 1 to 100; at most all other classes are neighbours.</summary>
    /// <value>The default value is 5, as in the paper.</value>
    public int Neighbors { get; init; } = 5;

    /// <summary>Gets a, the weight of the classes with similar texts, 0 or more.</summary>
    /// <value>The default value is 0.5.</value>
    public double TextWeight { get; init; } = 0.5;

    /// <summary>Gets b, the weight of the classes that zero-shot classification finds, 0 or more.</summary>
    /// <value>The default value is 0.5.</value>
    public double ZeroShotWeight { get; init; } = 0.5;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (Neighbors is < 1 or > 100)
            yield return $"The neighbor-aware loss's Neighbors is {Neighbors}; give 1 to 100, such as the default 5.";
        if (!(TextWeight >= 0 && double.IsFinite(TextWeight)))
            yield return $"The neighbor-aware loss's TextWeight is {TextWeight}; give 0 or a positive number, such as the default 0.5.";
        if (!(ZeroShotWeight >= 0 && double.IsFinite(ZeroShotWeight)))
            yield return $"The neighbor-aware loss's ZeroShotWeight is {ZeroShotWeight}; give 0 or a positive number, such as 0.5.";
        if (TextWeight == 0 && ZeroShotWeight == 0)
            yield return "The neighbor-aware loss's TextWeight and ZeroShotWeight are both 0; use the logit-adjusted loss.";
    }

    internal override int NeighborCount => Neighbors;

    internal override IEnumerable<double> LogPrior(ClassDistribution classes) => new double[classes.ClassCount];

    /// <inheritdoc/>
    /// <exception cref="LiftPlusException">The neighbours are missing: only a training run finds them.</exception>
    public override LongTailLoss CreateLoss(LossContext context) =>
        new NeighborAwareLoss(
            context,
            context.Neighbors
                ?? throw new LiftPlusException(
                    "The neighbor-aware loss needs the neighbours of classes and images, which a training run finds; "
                        + "create it with LongTailFineTuner."
                ),
            TextWeight,
            ZeroShotWeight
        );
}
