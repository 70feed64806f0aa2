using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>
/// Specifies when training stops because validation accuracy (<see cref="TrainingOptions.Metric"/>) no longer improves. It requires a
/// validation set.
/// </summary>
public sealed record EarlyStoppingOptions
{
    /// <summary>Gets the number of epochs without improvement after which training stops.</summary>
    /// <value>The default value is 3.</value>
    [Range(1, 10_000)]
    public int Patience { get; init; } = 3;

    /// <summary>Gets by how many percentage points a value must exceed the best one to count as an improvement.</summary>
    /// <value>The default value is 0.</value>
    [Range(0.0, 100.0)]
    public double MinimumImprovement { get; init; }
}
