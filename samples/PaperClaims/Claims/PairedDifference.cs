using MathNet.Numerics.Distributions;

namespace LiftPlus.Samples.PaperClaims;

/// <summary>Differences of two rows, seed by seed: seeds share pictures, so that what is hard about them cancels.</summary>
/// <param name="Seeds">Seeds that both rows have.</param>
/// <param name="Mean">Mean difference in points.</param>
/// <param name="Deviation">Sample deviation of the differences.</param>
/// <param name="HalfWidth">Half the width of Student's 95 % interval of the mean.</param>
internal sealed record PairedDifference(int Seeds, double Mean, double Deviation, double HalfWidth)
{
    public double Low => Mean - HalfWidth;

    public double High => Mean + HalfWidth;

    /// <param name="differences">First minus second, for each seed.</param>
    /// <returns>Null of fewer than two: one difference says nothing of its noise.</returns>
    public static PairedDifference? Of(IReadOnlyList<double> differences)
    {
        int n = differences.Count;
        if (n < 2)
            return null;
        double mean = differences.Average(), deviation = Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / (n - 1));
        return new PairedDifference(n, mean, deviation, StudentT.InvCDF(0, 1, n - 1, 0.975) * deviation / Math.Sqrt(n));
    }
}
