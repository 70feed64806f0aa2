using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;

namespace LiftPlus.Decisions;

/// <summary>
/// Tests whether images have the mix that a model's scores are for: Hotelling's T² between the mean probabilities of the groups on these
/// images and on validation. A model that is wrong about its probabilities is so on both.
/// </summary>
internal static class MixTest
{
    private const double Ridge = 1e-9;

    /// <summary>Returns the probability of a difference this large without a shift; 1 for too few images.</summary>
    /// <param name="groups">The probabilities (K) of the groups, of each image.</param>
    /// <param name="reference">What validation says.</param>
    public static double PValue(IReadOnlyList<double[]> groups, MixReference reference)
    {
        int count = reference.Mean.Length,
            images = groups.Count,
            free = count - 1; // the probabilities sum to 1
        if (free == 0 || images <= count + 1)
            return 1;
        Vector<double> mean = Vector<double>.Build.Dense(free, g => groups.Average(row => row[g]));
        Matrix<double> covariance = Matrix<double>.Build.Dense(free, free, (a, b) => reference.Covariance[a * count + b]);
        foreach (double[] row in groups)
        {
            Vector<double> difference = Vector<double>.Build.Dense(free, g => row[g]) - mean;
            covariance += difference.OuterProduct(difference) / ((images - 1.0) * images);
        }

        covariance += Matrix<double>.Build.DenseIdentity(free) * (Ridge * covariance.Trace() + double.Epsilon);
        Vector<double> shift = mean - Vector<double>.Build.Dense(free, g => reference.Mean[g]);
        double squared = Math.Max(0, shift * (covariance.PseudoInverse() * shift));
        double ratio = squared * (images - free) / ((images - 1.0) * free);
        return 1 - FisherSnedecor.CDF(free, images - free, ratio);
    }
}
