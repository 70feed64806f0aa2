using MathNet.Numerics.Distributions;

namespace LiftPlus.Decisions;

/// <summary>
/// Estimates the share of each class, drawn towards the estimate m of its group: the most probable mix under a Dirichlet distribution
/// around m that weighs as much as κ images. κ is chosen by the likelihood of each half of the images under the estimate from the other
/// half. At most as many images are used for this as validation has, because otherwise the error of validation would look like a shift.
/// </summary>
/// <param name="Prior">The mix (C).</param>
/// <param name="Kappa">κ in images for each class; null if classes follow their groups.</param>
/// <param name="PValue">The probability of such images if classes follow their groups.</param>
internal sealed record PooledPrior(double[] Prior, double? Kappa, double PValue)
{
    private const int MostImages = 2000, // that choose
        Iterations = 100,
        Halves = 2;

    // From classes that nearly follow their group to classes on their own.
    private static readonly double[] s_kappas = [64, 16, 4, 1, 0.25];

    // Classes leave their group only for a gain beyond the noise: this many standard errors of the mean over images.
    private const double Errors = 3;

    /// <param name="probabilities">The probabilities, one row (C) for each image.</param>
    /// <param name="reference">The mix (C) that they are for.</param>
    /// <param name="groups">The group of each class.</param>
    /// <param name="validationImages">The number of images that the probabilities were corrected with.</param>
    public static PooledPrior Estimate(
        IReadOnlyList<double[]> probabilities,
        IReadOnlyList<double> reference,
        int[] groups,
        double validationImages
    )
    {
        double[] prior = PriorEstimate.Maximize(probabilities, reference, groups);
        int most = (int)Math.Clamp(validationImages, 1, MostImages),
            step = (probabilities.Count + most - 1) / most;
        double[][] some = [.. probabilities.Where((_, i) => i % step == 0)];
        if (validationImages == 0 || some.Length < 2 * Halves)
            return new PooledPrior(prior, null, 1);
        double[][] likelihoods = HeldOut(some, reference, groups);
        double[] best = likelihoods.MaxBy(row => row.Sum())!;
        int level = Array.FindIndex(likelihoods, row => LossInErrors(row, best) <= Errors);
        double pValue = Math.Min(1, s_kappas.Length * (1 - Normal.CDF(0, 1, LossInErrors(likelihoods[0], best))));
        if (level == 0)
            return new PooledPrior(prior, null, pValue);
        double kappa = s_kappas[level - 1];
        double weight = kappa * reference.Count * probabilities.Count / some.Length; // the share of m that those who chose had
        return new PooledPrior(
            PriorEstimate.Maximize(probabilities, reference, towards: new DrawnTowards(prior, weight), start: prior),
            kappa,
            pValue
        );
    }

    // The log-likelihood of each image under the estimate of the other half: for groups first, then for each κ.
    private static double[][] HeldOut(double[][] images, IReadOnlyList<double> reference, int[] groups)
    {
        double[][] likelihoods = [.. Enumerable.Range(0, s_kappas.Length + 1).Select(_ => new double[images.Length])];
        for (int half = 0; half < Halves; half++)
        {
            double[][] others = [.. images.Where((_, i) => i % Halves != half)];
            double[] ofGroups = PriorEstimate.Maximize(others, reference, groups, iterations: Iterations),
                prior = ofGroups;
            Fill(likelihoods[0], half, prior);
            foreach ((int i, double kappa) in s_kappas.Index())
            {
                DrawnTowards towards = new(ofGroups, kappa * reference.Count);
                prior = PriorEstimate.Maximize(others, reference, towards: towards, start: prior, iterations: Iterations);
                Fill(likelihoods[i + 1], half, prior);
            }
        }

        return likelihoods;

        void Fill(double[] row, int half, double[] prior)
        {
            for (int i = half; i < row.Length; i += Halves)
            {
                double likelihood = 0;
                for (int c = 0; c < prior.Length; c++)
                    likelihood += images[i][c] * prior[c] / reference[c];
                row[i] = Math.Log(Math.Max(likelihood, double.Epsilon));
            }
        }
    }

    // How much less likely images are on average, in standard errors of that mean.
    private static double LossInErrors(double[] row, double[] best)
    {
        double[] losses = [.. best.Zip(row, (a, b) => a - b)];
        double mean = losses.Average(),
            variance = losses.Sum(loss => (loss - mean) * (loss - mean)) / losses.Length;
        return mean == 0 ? 0 : mean / Math.Sqrt(variance / losses.Length);
    }
}
