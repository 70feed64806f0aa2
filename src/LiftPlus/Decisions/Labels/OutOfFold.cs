namespace LiftPlus.Decisions;

/// <summary>Predicts every image by a classifier that was made from the other parts of the images.</summary>
internal static class OutOfFold
{
    private const double Least = -1000; // finite, so that a weight of 0 gives 0

    /// <summary>
    /// Returns the logarithms (N, C) of the probabilities of each image. They are all 0, which says nothing, for an image whose class has
    /// no image in another part.
    /// </summary>
    /// <param name="features">The features (N, D).</param>
    /// <param name="labels">The labels, 0 to C - 1.</param>
    /// <param name="classes">The number of classes C.</param>
    /// <param name="fold">The part of each image.</param>
    /// <param name="cancellationToken">Stops between parts.</param>
    public static Rows LogProbabilities(Rows features, int[] labels, int classes, int[] fold, CancellationToken cancellationToken)
    {
        float[] all = new float[labels.Length * classes];
        foreach (int part in fold.Where(part => part != Folds.Never).Distinct())
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] held = [.. Enumerable.Range(0, labels.Length).Where(row => fold[row] == part)],
                rest = [.. Enumerable.Range(0, labels.Length).Where(row => fold[row] != part)];
            GaussianHead head = GaussianHead.Fit(features.Take(rest), [.. rest.Select(row => labels[row])], classes);
            Rows logits = head.Logits(head.Map(features.Take(held)));
            foreach ((int place, int row) in held.Index().Where(entry => head.Moments.Counts[labels[entry.Item]] > 0))
            {
                double total = Probabilities.LogSumExp(logits[place]);
                for (int c = 0; c < classes; c++)
                    all[row * classes + c] = (float)Math.Max(logits[place][c] - total, Least);
            }
        }

        return new Rows(all, classes);
    }
}
