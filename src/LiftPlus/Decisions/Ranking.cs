namespace LiftPlus.Decisions;

/// <summary>Measures how well a score tells two kinds of images apart.</summary>
internal static class Ranking
{
    /// <summary>
    /// Returns the area under the ROC curve: the probability that an unknown image has a larger score than a known one, ties counting half.
    /// </summary>
    public static double Area(IReadOnlyList<double> known, IReadOnlyList<double> unknown)
    {
        double[] sorted = [.. known.Order()];
        double wins = 0;
        foreach (double score in unknown)
            wins += (Below(sorted, score, orEqual: false) + Below(sorted, score, orEqual: true)) / 2.0;
        return wins / ((double)known.Count * unknown.Count);
    }

    private static int Below(double[] sorted, double score, bool orEqual)
    {
        int low = 0,
            high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle] < score || (orEqual && sorted[middle] == score))
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
