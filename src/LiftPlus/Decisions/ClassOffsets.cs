namespace LiftPlus.Decisions;

/// <summary>
/// Corrects a model's average error on each class, which an estimate of the mix would take for a shift (bias-corrected calibration,
/// arXiv 1901.06852): p ∝ p · exp(b), with the offsets b (C) for which the cross-entropy of validation is least.
/// </summary>
internal static class ClassOffsets
{
    /// <summary>λ: the number of images whose weight an offset of 0 has.</summary>
    public const double ZeroImages = 5;

    private const int MaxSteps = 200;
    private const double Damping = 0.5; // Newton's step by the diagonal alone is too long
    private const double Tolerance = 1e-6;

    /// <summary>
    /// Minimises Σ w (log Σ p exp(b) - b_y) + λ/2 Σ b², in which the classes of the images weigh as in the mix that the probabilities are
    /// for. A class without images has the offset 0.
    /// </summary>
    /// <param name="probabilities">The probabilities of each image (C).</param>
    /// <param name="labels">Its label.</param>
    /// <param name="reference">The mix (C) that the probabilities are for.</param>
    public static double[] Fit(IReadOnlyList<double[]> probabilities, IReadOnlyList<int> labels, IReadOnlyList<double> reference)
    {
        int classes = reference.Count;
        int[] images = new int[classes];
        foreach (int label in labels)
            images[label]++;
        double seen = reference.Where((_, c) => images[c] > 0).Sum();
        double[] wanted = [.. reference.Select((share, c) => images[c] > 0 ? share / seen * labels.Count : 0)],
            offsets = new double[classes];
        for (int step = 0; step < MaxSteps; step++)
        {
            double[] sums = new double[classes],
                squares = new double[classes];
            double[][] corrected = Apply(probabilities, offsets);
            foreach ((int i, double[] p) in corrected.Index())
            {
                double weight = wanted[labels[i]] / images[labels[i]];
                for (int c = 0; c < classes; c++)
                {
                    sums[c] += weight * p[c];
                    squares[c] += weight * p[c] * (1 - p[c]);
                }
            }

            double largest = 0;
            for (int c = 0; c < classes; c++)
            {
                if (images[c] == 0)
                    continue;
                double change = Damping * (sums[c] - wanted[c] + ZeroImages * offsets[c]) / (squares[c] + ZeroImages);
                offsets[c] = Math.Clamp(offsets[c] - change, -PolicyCheck.LargestOffset, PolicyCheck.LargestOffset);
                largest = Math.Max(largest, Math.Abs(change));
            }

            if (largest < Tolerance)
                break;
        }

        return offsets;
    }

    /// <summary>Returns p · exp(b), made to sum to 1; the same probabilities without offsets.</summary>
    public static double[][] Apply(IReadOnlyList<double[]> probabilities, IReadOnlyList<double> offsets)
    {
        if (offsets.Count == 0)
            return [.. probabilities];
        double[] factors = [.. offsets.Select(Math.Exp)];
        double[][] corrected = new double[probabilities.Count][];
        Parallel.For(0, corrected.Length, i =>
        {
            double[] row = new double[factors.Length];
            double total = 0;
            for (int c = 0; c < row.Length; c++)
                total += row[c] = probabilities[i][c] * factors[c];
            for (int c = 0; c < row.Length; c++)
                row[c] /= total;
            corrected[i] = row;
        });
        return corrected;
    }
}
