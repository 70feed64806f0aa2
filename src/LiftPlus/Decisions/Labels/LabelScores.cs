namespace LiftPlus.Decisions;

/// <summary>
/// Judges given labels by probabilities that were not fitted to them (confident learning, arXiv 1911.00068). An image counts as class k if
/// p_k reaches the threshold t_k, the mean p_k of the images with label k; of several such classes the likeliest one counts.
/// </summary>
/// <param name="Own">The probability of the given label of each image.</param>
/// <param name="Margins">The probability of the given label minus the largest other one.</param>
/// <param name="Thresholds">The thresholds (C).</param>
/// <param name="Confident">The class that each image counts as; -1 for none.</param>
/// <param name="Suggested">The class that the image counts as if that is not the given one, else the likeliest other class.</param>
/// <param name="Scores">How likely the given label is wrong: 1 minus its probability.</param>
internal sealed record LabelScores(double[] Own, double[] Margins, double[] Thresholds, int[] Confident, int[] Suggested, double[] Scores)
{
    /// <summary>The number of images at which a class's own threshold and the common one count the same.</summary>
    public const double CommonImages = 5;

    /// <summary>Judges labels.</summary>
    /// <param name="probabilities">The probabilities (N, C).</param>
    /// <param name="labels">The given labels, 0 to C - 1.</param>
    public static LabelScores Of(Rows probabilities, int[] labels)
    {
        int images = labels.Length,
            classes = probabilities.Width;
        double[] own = [.. labels.Select((label, row) => (double)probabilities[row][label])],
            thresholds = Shrink(own, labels, classes),
            margins = new double[images],
            scores = new double[images];
        int[] confident = new int[images],
            suggested = new int[images];
        for (int row = 0; row < images; row++)
        {
            ReadOnlySpan<float> p = probabilities[row];
            int counted = -1,
                other = -1;
            for (int c = 0; c < classes; c++)
            {
                if (p[c] >= thresholds[c] && (counted < 0 || p[c] > p[counted]))
                    counted = c;
                if (c != labels[row] && (other < 0 || p[c] > p[other]))
                    other = c;
            }

            confident[row] = counted;
            suggested[row] =
                counted >= 0 && counted != labels[row] ? counted
                : other >= 0 ? other
                : labels[row];
            margins[row] = own[row] - (other < 0 ? 0 : p[other]);
            scores[row] = 1 - own[row];
        }

        return new LabelScores(own, margins, thresholds, confident, suggested, scores);
    }

    /// <summary>Returns whether an image counts as another class than the given one, or another class is likelier.</summary>
    public bool IsDoubtful(int row, int label) => (Confident[row] >= 0 && Confident[row] != label) || Margins[row] < 0;

    /// <summary>Returns the number of images (C, C) with a given label, the row, that count as a class, the column.</summary>
    public int[,] Counts(int[] labels)
    {
        int[,] counts = new int[Thresholds.Length, Thresholds.Length];
        foreach ((int row, int label) in labels.Index())
        {
            if (Confident[row] >= 0)
                counts[label, Confident[row]]++;
        }

        return counts;
    }

    // t_k = (n t̂_k + m t) / (n + m), with the common t of all images.
    private static double[] Shrink(double[] own, int[] labels, int classes)
    {
        double common = own.Average();
        double[] sums = new double[classes];
        int[] counts = new int[classes];
        foreach ((int row, int label) in labels.Index())
        {
            sums[label] += own[row];
            counts[label]++;
        }

        return [.. sums.Select((sum, label) => Math.Max((sum + CommonImages * common) / (counts[label] + CommonImages), 1e-9))];
    }
}
