namespace LiftPlus.Decisions;

/// <summary>Estimates the share of each class among unlabelled images by expectation maximisation (Saerens et al., 2002).</summary>
internal static class PriorEstimate
{
    /// <summary>γ: how soon an estimate is believed. At a divergence of 0.1 from no shift, exp(-1) of it is taken back.</summary>
    public const double Gamma = 10;

    private const int MaxIterations = 500;
    private const double Tolerance = 1e-8;

    /// <summary>
    /// Repeats q ∝ p · π / π₀, π = mean q. Classes of a group share what the group has in proportion to π₀, which is the same step for
    /// priors of that form.
    /// </summary>
    /// <param name="probabilities">The probabilities p, one row (C) for each image.</param>
    /// <param name="reference">π₀ (C), the mix that they are for.</param>
    /// <param name="groups">The group of each class; null for each class by itself.</param>
    /// <param name="towards">A mix m that counts as κ images: π = (Σ q + κ m) / (N + κ). Null for none.</param>
    /// <param name="start">The mix to start from; null for π₀.</param>
    /// <param name="iterations">The most steps.</param>
    public static double[] Maximize(
        IReadOnlyList<double[]> probabilities,
        IReadOnlyList<double> reference,
        int[]? groups = null,
        DrawnTowards? towards = null,
        IReadOnlyList<double>? start = null,
        int iterations = MaxIterations
    )
    {
        int classes = reference.Count;
        double[] prior = [.. start ?? reference],
            posterior = new double[classes];
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            double[] next = new double[classes];
            foreach (double[] p in probabilities)
            {
                double total = 0;
                for (int c = 0; c < classes; c++)
                    total += posterior[c] = p[c] * prior[c] / reference[c];
                for (int c = 0; c < classes; c++)
                    next[c] += posterior[c] / total / probabilities.Count;
            }

            if (towards is not null)
            {
                double own = probabilities.Count / (probabilities.Count + towards.Images);
                next = [.. next.Zip(towards.Mix, (share, centre) => own * share + (1 - own) * centre)];
            }

            if (groups is not null)
                next = Spread(GroupSums(next, groups), reference, groups);
            double change = next.Zip(prior, (a, b) => Math.Abs(a - b)).Sum();
            prior = next;
            if (change < Tolerance)
                break;
        }

        return prior;
    }

    /// <summary>Returns (1 - b) π + b π₀ with b = exp(-γ KL(π‖π₀)).</summary>
    public static double[] Shrink(IReadOnlyList<double> prior, IReadOnlyList<double> reference, double gamma = Gamma)
    {
        double divergence = prior.Zip(reference, (p, q) => p > 0 ? p * Math.Log(p / q) : 0).Sum();
        double back = Math.Exp(-gamma * Math.Max(0, divergence));
        return [.. prior.Zip(reference, (p, q) => (1 - back) * p + back * q)];
    }

    /// <summary>Returns the sum of the values of each group's classes.</summary>
    public static double[] GroupSums(ReadOnlySpan<double> values, int[] groups)
    {
        double[] sums = new double[groups.Max() + 1];
        for (int c = 0; c < values.Length; c++)
            sums[groups[c]] += values[c];
        return sums;
    }

    /// <summary>Divides what each group has among its classes, in proportion to a mix.</summary>
    public static double[] Spread(double[] masses, IReadOnlyList<double> reference, int[] groups)
    {
        double[] own = GroupSums([.. reference], groups);
        return [.. reference.Select((share, c) => masses[groups[c]] * share / own[groups[c]])];
    }
}
