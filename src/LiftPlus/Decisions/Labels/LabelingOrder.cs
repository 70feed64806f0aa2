namespace LiftPlus.Decisions;

/// <summary>Ranks unlabelled images by what a label of them is worth. Equal ones keep their order.</summary>
internal static class LabelingOrder
{
    /// <summary>Returns the places of the images with the smallest margins.</summary>
    /// <param name="probabilities">The probabilities (N, C).</param>
    /// <param name="budget">The number of images.</param>
    public static int[] ByMargin(Rows probabilities, int budget) =>
        [.. Enumerable.Range(0, probabilities.Count).OrderBy(row => Margin(probabilities[row])).Take(budget)];

    /// <summary>
    /// Returns the places of images chosen one after the other by (1 - margin) Σ_c p_c / (n_c + 1), where n_c is the number of labelled
    /// images of a class and of those chosen so far, which count by their probabilities.
    /// </summary>
    /// <param name="probabilities">The probabilities (N, C).</param>
    /// <param name="counts">The number of labelled images of each class.</param>
    /// <param name="budget">The number of images.</param>
    public static int[] ByTail(Rows probabilities, IReadOnlyList<int> counts, int budget)
    {
        double[] have = [.. counts.Select(count => count + 1.0)];
        // Values only fall while images are chosen, so an image whose new value is still the largest known one is the best.
        PriorityQueue<int, (double Value, int Row)> queue = new();
        for (int row = 0; row < probabilities.Count; row++)
            queue.Enqueue(row, (-Value(row), row));
        List<int> chosen = [];
        while (chosen.Count < budget && queue.TryDequeue(out int row, out _))
        {
            (double, int) now = (-Value(row), row);
            if (queue.TryPeek(out _, out (double, int) next) && next.CompareTo(now) < 0)
            {
                queue.Enqueue(row, now);
                continue;
            }

            chosen.Add(row);
            for (int c = 0; c < have.Length; c++)
                have[c] += probabilities[row][c];
        }

        return [.. chosen];

        double Value(int row)
        {
            ReadOnlySpan<float> p = probabilities[row];
            double need = 0;
            for (int c = 0; c < have.Length; c++)
                need += p[c] / have[c];
            return (1 - Margin(p)) * need;
        }
    }

    /// <summary>
    /// Returns the places of images each of which is the farthest from all that are labelled or chosen. Without labelled images the first
    /// is the one nearest to the mean.
    /// </summary>
    /// <param name="units">The features (N, D) of length 1.</param>
    /// <param name="labeled">Those of labelled images; null for none.</param>
    /// <param name="budget">The number of images.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    public static int[] ByCoverage(Rows units, Rows? labeled, int budget, CancellationToken cancellationToken)
    {
        float[] nearest = new float[units.Count]; // the largest cosine with a labelled or chosen image
        List<int> chosen = [];
        if (labeled is Rows given)
            Nearest.Find(units, given, 1, cancellationToken).Cosines.CopyTo(nearest, 0);
        else
        {
            Array.Fill(nearest, float.NegativeInfinity);
            Choose(MostCentral(units));
        }

        while (chosen.Count < Math.Min(budget, units.Count))
        {
            cancellationToken.ThrowIfCancellationRequested();
            int farthest = -1;
            for (int row = 0; row < nearest.Length; row++)
            {
                if (!float.IsPositiveInfinity(nearest[row]) && (farthest < 0 || nearest[row] < nearest[farthest]))
                    farthest = row;
            }

            Choose(farthest);
        }

        return [.. chosen];

        void Choose(int row)
        {
            chosen.Add(row);
            Parallel.For(0, nearest.Length, other => nearest[other] = Math.Max(nearest[other], Vectors.Dot(units[row], units[other])));
            nearest[row] = float.PositiveInfinity;
        }
    }

    /// <summary>Returns the largest probability minus the next one; 1 for a single class.</summary>
    public static double Margin(ReadOnlySpan<float> probabilities)
    {
        float first = 0,
            second = 0;
        foreach (float p in probabilities)
            (first, second) = p > first ? (p, first) : (first, Math.Max(second, p));
        return (double)first - second;
    }

    private static int MostCentral(Rows units)
    {
        float[] mean = new float[units.Width];
        for (int i = 0; i < units.Values.Length; i++)
            mean[i % mean.Length] += units.Values[i] / units.Count;
        return Enumerable.Range(0, units.Count).MaxBy(row => Vectors.Dot(units[row], mean));
    }
}
