namespace LiftPlus.Metrics;

/// <summary>Represents a confidence interval.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>Gets half the width.</summary>
    public double HalfWidth => (High - Low) / 2;

    /// <summary>Returns whether a value lies in the interval, ends included.</summary>
    public bool Contains(double value) => Low <= value && value <= High;

    /// <summary>
    /// Returns the interval between the quantiles (1 - level) / 2 and (1 + level) / 2 of values, interpolated linearly. Sorts the values.
    /// </summary>
    internal static Interval Middle(double[] values, double level)
    {
        Array.Sort(values);
        return new Interval(Quantile(values, (1 - level) / 2), Quantile(values, (1 + level) / 2));
    }

    private static double Quantile(double[] sorted, double q)
    {
        double place = q * (sorted.Length - 1);
        int below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[^1];
    }
}
