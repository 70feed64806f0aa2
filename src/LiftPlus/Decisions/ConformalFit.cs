namespace LiftPlus.Decisions;

/// <summary>Fits the thresholds of sets with a promised coverage (split conformal prediction; arXiv 2507.06867).</summary>
internal static class ConformalFit
{
    // (n + 1) · 0.9 must not become the next integer by a rounding error.
    private const double Rounding = 1e-9;

    /// <summary>Returns the ⌈(n + 1) · coverage⌉-th smallest of n scores; infinity if there are fewer.</summary>
    public static double Quantile(IEnumerable<double> scores, double coverage)
    {
        double[] sorted = [.. scores.Order()];
        int rank = (int)Math.Ceiling((sorted.Length + 1) * coverage - Rounding);
        return rank <= sorted.Length ? sorted[Math.Max(rank, 1) - 1] : double.PositiveInfinity;
    }

    /// <summary>Returns one threshold, or one for each class.</summary>
    /// <param name="logits">The logits (N, C).</param>
    /// <param name="labels">The labels.</param>
    /// <param name="classes">The classes with their numbers of training images.</param>
    /// <param name="reference">The mix (C) that the logits are for.</param>
    /// <param name="options">What is promised.</param>
    public static double[] Fit(
        Rows logits,
        IReadOnlyList<int> labels,
        ClassDistribution classes,
        IReadOnlyList<double> reference,
        PredictionPolicyOptions options
    )
    {
        double[] shares = Probabilities.Shares(classes),
            toTail = SetScores.ToTail(shares, reference),
            scores = new double[logits.Width],
            ofLabels = new double[logits.Count];
        for (int row = 0; row < ofLabels.Length; row++)
        {
            SetScores.Compute(options.SetScore, logits[row], shares, toTail, scores);
            ofLabels[row] = scores[labels[row]];
        }

        double common = Bounded(Quantile(ofLabels, options.Coverage));
        if (options.SetScore != SetScore.Interpolated)
            return [common];
        ILookup<int, double> byClass = ofLabels.Index().ToLookup(entry => labels[entry.Index], entry => entry.Item);
        double weight = options.ClasswiseWeight;
        return
        [
            .. Enumerable
                .Range(0, classes.ClassCount)
                .Select(label => weight * Bounded(Quantile(byClass[label], options.Coverage)) + (1 - weight) * common),
        ];

        double Bounded(double threshold) => Math.Min(threshold, SetScores.Largest(options.SetScore));
    }
}
