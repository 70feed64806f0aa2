using System.Collections.Immutable;

namespace LiftPlus;

/// <summary>Represents an empirical distribution: numbers with weights.</summary>
public sealed class WeightedSample
{
    /// <summary>Creates the distribution; the order does not matter.</summary>
    /// <param name="items">Finite values with weights of 0 or more that are not all 0.</param>
    /// <exception cref="LiftPlusException">The total weight is 0, a weight is negative, or a number is not finite.</exception>
    public WeightedSample(IEnumerable<(double Value, double Weight)> items)
    {
        Items = [.. items.OrderBy(item => item.Value)];
        Total = Items.Sum(item => item.Weight);
        if (!(Total > 0) || Items.Any(item => !double.IsFinite(item.Value) || !(item.Weight >= 0)) || !double.IsFinite(Total))
            throw new LiftPlusException(
                $"{Items.Length} values with a total weight of {Total} do not form a distribution; "
                    + "give finite values, and weights of 0 or more that are not all 0."
            );
    }

    /// <summary>Gets the values in ascending order with their weights.</summary>
    public ImmutableArray<(double Value, double Weight)> Items { get; }

    /// <summary>Gets the sum of the weights.</summary>
    public double Total { get; }

    /// <summary>Gets the weighted mean.</summary>
    public double Mean => Items.Sum(item => item.Value * item.Weight) / Total;

    /// <summary>
    /// Returns the fractions of the weight in bins of equal width from 0 to <paramref name="high"/>; values outside count in the first or
    /// last bin.
    /// </summary>
    /// <param name="bins">The number of bins, 1 or more.</param>
    /// <param name="high">The upper end, above 0.</param>
    public double[] Histogram(int bins, double high)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (!(high > 0))
            throw new ArgumentOutOfRangeException(nameof(high), high, "The upper end lies above 0.");
        double[] parts = new double[bins];
        foreach ((double value, double weight) in Items)
            parts[(int)Math.Clamp(value / high * bins, 0, bins - 1)] += weight / Total;
        return parts;
    }

    /// <summary>
    /// Computes the Wasserstein distance of order one, ∫ |F(x) - G(x)| dx over the cumulative distributions: how far the weight must be
    /// moved on average to turn one into the other. Two distributions that differ by a shift s have the distance s.
    /// </summary>
    public static double Wasserstein(WeightedSample a, WeightedSample b)
    {
        double distance = 0,
            difference = 0; // difference = F(x) - G(x)
        double? last = null;
        foreach (
            (double value, double step) in a
                .Items.Select(item => (item.Value, item.Weight / a.Total))
                .Concat(b.Items.Select(item => (item.Value, -item.Weight / b.Total)))
                .OrderBy(item => item.Value)
        )
        {
            distance += Math.Abs(difference) * (value - (last ?? value));
            (difference, last) = (difference + step, value);
        }

        return distance;
    }
}
