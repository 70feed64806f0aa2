using LiftPlus.Losses;

namespace LiftPlus;

/// <summary>Represents the settings of a loss. Derive from it to add your own; the built-in losses do the same.</summary>
public abstract record LossOptions : ComponentOptions
{
    /// <summary>Gets the number of neighbours of a class and of an image that the loss needs; 0 for a loss that needs none.</summary>
    internal virtual int NeighborCount => 0;

    /// <summary>Gets whether the loss of a batch is the mean of losses that each depend on one image.</summary>
    internal virtual bool IsMeanOverImages => true;

    /// <summary>
    /// Returns the logarithm of the class prior that scores trained with this loss contain, up to a summand: that of the training set for
    /// plain cross-entropy, and 0 for a loss that removes it.
    /// </summary>
    internal virtual IEnumerable<double> LogPrior(ClassDistribution classes) => ClassPrior.LogShares(classes);

    /// <summary>Creates the loss.</summary>
    public abstract LongTailLoss CreateLoss(LossContext context);
}
