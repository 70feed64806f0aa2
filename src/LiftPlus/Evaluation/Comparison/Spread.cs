using LiftPlus.Metrics;
using MathNet.Numerics.Distributions;

namespace LiftPlus;

/// <summary>Represents a figure over several seeds.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The sample standard deviation (divided by n - 1); null for one seed.</param>
/// <param name="Count">The number of seeds n.</param>
public sealed record Spread(double Mean, double? Deviation, int Count)
{
    /// <summary>Creates the spread of values; returns null for no values.</summary>
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
    /// Returns Student's confidence interval of the mean, mean ± t_{n-1} · deviation / √n, which estimates what other seeds would give. At
    /// 95 %, t is 4.3 with three seeds and 12.7 with two.
    /// </summary>
    /// <param name="level">The confidence level, above 0 and below 1.</param>
    /// <returns>The interval; null for one seed.</returns>
    public Interval? GetInterval(double level) => GetInterval(level, overlap: 0);

    /// <summary>
    /// Returns the interval for values over repeated hold-outs of one dataset. Their training sets overlap, so they vary less than
    /// independent ones, and the variance of the mean is deviation² · (1 / n + overlap) (Nadeau and Bengio, Machine Learning 52, 2003).
    /// </summary>
    /// <param name="level">The confidence level, above 0 and below 1.</param>
    /// <param name="overlap">The number of held-out images divided by that of training images; 0 for independent values.</param>
    /// <returns>The interval; null for one value.</returns>
    internal Interval? GetInterval(double level, double overlap)
    {
        if (Deviation is not double deviation)
            return null;
        double half = StudentT.InvCDF(0, 1, Count - 1, (1 + level) / 2) * deviation * Math.Sqrt(1.0 / Count + overlap);
        return new Interval(Mean - half, Mean + half);
    }
}
