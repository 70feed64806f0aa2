namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Specifies what a claim compares, in percentage points.</summary>
internal enum Measure
{
    /// <summary>The accuracy over all test images.</summary>
    Overall,

    /// <summary>The mean accuracy of the few-shot classes.</summary>
    Few,

    /// <summary>
    /// How much the distances of training and test images from their class mean differ for few-shot classes
    /// (<see cref="GroupDistances.Divergence"/>), in percent.
    /// </summary>
    FewDivergence,
}
