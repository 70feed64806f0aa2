using System.Collections.Immutable;

namespace LiftPlus;

/// <summary>Represents what a sweep found about one candidate.</summary>
public sealed class SweepOutcome
{
    internal SweepOutcome(string name, FineTuningRecipe recipe, ImmutableArray<double> values) =>
        (Name, Recipe, Values) = (name, recipe, values);

    /// <summary>Gets the name; "default" is the fine-tuner's own recipe.</summary>
    public string Name { get; }

    /// <summary>Gets the recipe.</summary>
    public FineTuningRecipe Recipe { get; }

    /// <summary>Gets the metric in percent, one value per repeat; empty if the candidate failed.</summary>
    public ImmutableArray<double> Values { get; }

    /// <summary>
    /// Gets the difference to the default, paired by repeat, with its corrected interval. Null for the default, and if the candidate
    /// failed.
    /// </summary>
    public MethodDifference? Difference { get; internal init; }

    /// <summary>Gets why the candidate cannot be trained, such as a learning rate that leads to NaN; null if it can.</summary>
    public string? Failure { get; internal init; }

    /// <summary>Gets whether the candidate is better than the default by more than the noise.</summary>
    public bool IsBetter =>
        Difference is { IsOutsideNoise: true } difference && difference.Points.Mean > 0 != difference.Measure.LowerIsBetter();
}
