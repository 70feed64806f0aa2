using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>Ends a run whose accuracy on the validation set grows no more. It needs a validation set.</summary>
public sealed record EarlyStoppingOptions
{
    /// <summary>The accuracy that is watched.</summary>
    /// <value>The default value is <see cref="ValidationMetric.MeanClass"/>.</value>
    public ValidationMetric Metric { get; init; } = ValidationMetric.MeanClass;

    /// <summary>Epochs without a better value after which the run ends.</summary>
    /// <value>The default value is 3.</value>
    [Range(1, 10_000)]
    public int Patience { get; init; } = 3;

    /// <summary>By how many percentage points a value must pass the best so far to count as better.</summary>
    /// <value>The default value is 0.</value>
    [Range(0.0, 100.0)]
    public double MinimumImprovement { get; init; }
}
