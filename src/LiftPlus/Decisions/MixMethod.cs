namespace LiftPlus;

/// <summary>Specifies how the mix of unlabelled images is estimated.</summary>
public enum MixMethod
{
    /// <summary>
    /// Expectation maximisation of every class, drawn towards the estimate of its group of classes of similar frequency as strongly as the
    /// images call for, and towards no shift the smaller the shift is.
    /// </summary>
    Pooled,

    /// <summary>
    /// Expectation maximisation over five groups of classes of similar frequency, drawn back towards no shift the smaller the shift is.
    /// </summary>
    Grouped,

    /// <summary>Expectation maximisation of every class by itself (Saerens et al., 2002). It needs many images of each class.</summary>
    EveryClass,

    /// <summary>The confusion of the five groups on validation, solved for the mix (BBSE, arXiv 1802.03916).</summary>
    BlackBox,
}
