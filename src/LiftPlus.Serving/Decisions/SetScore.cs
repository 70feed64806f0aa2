namespace LiftPlus;

/// <summary>Specifies how the sets of classes of a <see cref="PredictionPolicy"/> are chosen (arXiv 2507.06867).</summary>
public enum SetScore
{
    /// <summary>
    /// By p/π, with the probability p of a model of long-tailed data and the share π of the class in it: rare classes are covered more
    /// often than with <see cref="Softmax"/>, for somewhat larger sets.
    /// </summary>
    PrevalenceAdjusted,

    /// <summary>By the softmax probability: the smallest sets, which cover frequent classes more often than rare ones.</summary>
    Softmax,

    /// <summary>
    /// By the softmax probability, with a threshold for each class between its own one and the common one
    /// (<see cref="PredictionPolicyOptions.ClasswiseWeight"/>). The coverage is measured, not promised.
    /// </summary>
    Interpolated,
}
