namespace LiftPlus.Decisions;

/// <summary>
/// Fits temperatures (arXiv 1706.04599): the T for which the cross-entropy of softmax(z / T) is least. In 1/T it is convex, so the place
/// where its slope changes sign is found by halving.
/// </summary>
internal static class TemperatureFit
{
    /// <summary>The number of images whose weight the common temperature has in the temperature of a group.</summary>
    public const double CommonImages = 100;

    private const int Halvings = 60;

    /// <summary>Returns the temperature of some images; 1 for no images.</summary>
    public static double Fit(Rows logits, IReadOnlyList<int> labels, IReadOnlyList<int> rows)
    {
        if (rows.Count == 0)
            return 1;
        double low = Math.Log(1 / PolicyCheck.LargestTemperature),
            high = Math.Log(1 / PolicyCheck.SmallestTemperature);
        double[] p = new double[logits.Width];
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            if (Slope(Math.Exp(middle)) < 0)
                low = middle;
            else
                high = middle;
        }

        return Math.Exp(-(low + high) / 2);

        // d/dβ of Σ (log Σ exp βz - β z_y) is Σ (E z - z_y).
        double Slope(double beta)
        {
            double slope = 0;
            foreach (int row in rows)
            {
                ReadOnlySpan<float> z = logits[row];
                Probabilities.Softmax(z, p, beta);
                for (int c = 0; c < p.Length; c++)
                    slope += p[c] * z[c];
                slope -= z[labels[row]];
            }

            return slope;
        }
    }

    /// <summary>
    /// Returns the temperature of all images, and those of the groups that images are predicted in. With n images of a group,
    /// log T_g = (n log T̂_g + m log T) / (n + m), m = <see cref="CommonImages"/>.
    /// </summary>
    public static (double All, double[] Groups) FitGroups(Rows logits, IReadOnlyList<int> labels, ClassDistribution classes)
    {
        int[] all = [.. Enumerable.Range(0, logits.Count)];
        double common = Fit(logits, labels, all);
        ILookup<ShotGroup, int> groups = all.ToLookup(row => classes.GroupOf(Probabilities.Largest(logits[row])));
        return (common, [.. Enum.GetValues<ShotGroup>().Select(Shrunk)]);

        double Shrunk(ShotGroup group)
        {
            int[] rows = [.. groups[group]];
            double own = Math.Log(Fit(logits, labels, rows));
            return Math.Exp((rows.Length * own + CommonImages * Math.Log(common)) / (rows.Length + CommonImages));
        }
    }
}
