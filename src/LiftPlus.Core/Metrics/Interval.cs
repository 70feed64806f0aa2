namespace LiftPlus.Metrics;

/// <summary>A range that holds a value with some confidence.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>Half its width.</summary>
    public double HalfWidth => (High - Low) / 2;

    /// <summary>Whether a value lies in it, ends included.</summary>
    public bool Contains(double value) => Low <= value && value <= High;

    /// <summary>The middle part of values: their quantiles (1 - level) / 2 and (1 + level) / 2, interpolated linearly. Sorts the values.</summary>
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
