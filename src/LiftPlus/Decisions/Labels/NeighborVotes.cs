namespace LiftPlus.Decisions;

/// <summary>Lets the most similar other images vote for the class of an image.</summary>
internal static class NeighborVotes
{
    private const double Doubt = 0.05; // the votes that every class has without a neighbour

    /// <summary>
    /// Returns the logarithms (N, C) of the shares of votes. A class can give min(k, n) of k votes; each counts 1 / √(k · min(k, n)), so
    /// that rare classes are heard. Copies of an image do not vote, and a class without another image has the mean number of votes.
    /// </summary>
    /// <param name="nearest">The neighbours of each image, more than k where copies may be among them.</param>
    /// <param name="k">The number of votes.</param>
    /// <param name="labels">The labels, 0 to C - 1.</param>
    /// <param name="groups">A number for each image, the same for copies.</param>
    /// <param name="classes">The number of classes C.</param>
    public static Rows LogShares(Nearest nearest, int k, int[] labels, int[] groups, int classes)
    {
        int[] counts = new int[classes];
        foreach (int label in labels)
            counts[label]++;
        float[] shares = new float[labels.Length * classes];
        Parallel.For(0, labels.Length, row =>
        {
            double[] votes = new double[classes];
            foreach ((int place, _) in nearest.Of(row).Where(other => groups[other.Place] != groups[row]).Take(k))
                votes[labels[place]]++;
            for (int c = 0; c < classes; c++)
                votes[c] /= Math.Sqrt(k * (double)Math.Min(k, Math.Max(1, Others(row, c))));
            double mean = votes.Sum() / classes;
            for (int c = 0; c < classes; c++)
                votes[c] = Doubt + (Others(row, c) > 0 ? votes[c] : mean);
            double total = votes.Sum();
            for (int c = 0; c < classes; c++)
                shares[row * classes + c] = (float)Math.Log(votes[c] / total);
        });
        return new Rows(shares, classes);

        int Others(int row, int label) => counts[label] - (labels[row] == label ? 1 : 0);
    }
}
