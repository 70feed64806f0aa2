namespace LiftPlus.Experiments.PaperClaims;

/// <summary>What a claim compares, in points.</summary>
internal enum Measure
{
    /// <summary>Accuracy over all test images.</summary>
    Overall,

    /// <summary>Mean accuracy of the few-shot classes.</summary>
    Few,

    /// <summary>
    /// How differently training and test images of the few-shot classes lie about their class mean (<see cref="GroupDistances.Divergence"/>), in percent.
    /// </summary>
    FewDivergence,
}
