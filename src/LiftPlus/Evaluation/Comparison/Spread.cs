using LiftPlus.Metrics;
using MathNet.Numerics.Distributions;

namespace LiftPlus;

/// <summary>A figure over several seeds.</summary>
/// <param name="Mean">Its mean.</param>
/// <param name="Deviation">Its sample deviation (divided by n - 1); null for one seed.</param>
/// <param name="Count">Number of seeds n.</param>
public sealed record Spread(double Mean, double? Deviation, int Count)
{
    /// <summary>The spread of values; null of none.</summary>
    public static Spread? From(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0)
            return null;
        double mean = values.Average();
        return new Spread(
            mean,
            values.Count == 1 ? null : Math.Sqrt(values.Sum(x => (x - mean) * (x - mean)) / (values.Count - 1)),
            values.Count
        );
    }

    /// <summary>
    /// Student's interval of the mean, mean ± t_{n-1} · deviation / √n: what other seeds would give. With three seeds t is 4.3 at 95 %, with two 12.7.
    /// </summary>
    /// <param name="level">The confidence, above 0 and below 1.</param>
    /// <returns>Null for one seed.</returns>
    public Interval? GetInterval(double level)
    {
        if (Deviation is not double deviation)
            return null;
        double half = StudentT.InvCDF(0, 1, Count - 1, (1 + level) / 2) * deviation / Math.Sqrt(Count);
        return new Interval(Mean - half, Mean + half);
    }
}
