using System.Collections.Immutable;

namespace LiftPlus.Decisions;

/// <summary>Measures on validation what images of the model's own mix look like to it, whatever the mix of validation is.</summary>
internal static class MixReferenceFit
{
    /// <param name="probabilities">The probabilities of each validation image (C).</param>
    /// <param name="labels">Its label.</param>
    /// <param name="reference">The mix (C) that the probabilities are for.</param>
    /// <param name="groups">The group of each class.</param>
    public static MixReference Fit(
        IReadOnlyList<double[]> probabilities,
        IReadOnlyList<int> labels,
        IReadOnlyList<double> reference,
        int[] groups
    )
    {
        int count = groups.Max() + 1;
        double[][] ofImages = [.. probabilities.Select(p => PriorEstimate.GroupSums(p, groups))];
        int[] images = new int[reference.Count];
        double[][] means = [.. reference.Select(_ => new double[count])];
        foreach ((int i, int label) in labels.Index())
        {
            images[label]++;
            Add(means[label], ofImages[i], 1);
        }

        for (int c = 0; c < means.Length; c++)
            means[c] = [.. means[c].Select(sum => sum / Math.Max(1, images[c]))];

        // Classes without images leave their share to the others of their group, and groups without images to the other groups.
        double[] weights = [.. reference.Select((share, c) => images[c] > 0 ? share : 0)];
        double[] seen = PriorEstimate.GroupSums(weights, groups),
            wanted = PriorEstimate.GroupSums([.. reference], groups);
        double total = wanted.Where((_, g) => seen[g] > 0).Sum();
        weights = [.. weights.Select((weight, c) => weight == 0 ? 0 : weight / seen[groups[c]] * wanted[groups[c]] / total)];
        double[] mean = new double[count],
            covariance = new double[count * count],
            confusion = new double[count * count];
        foreach ((int c, double weight) in weights.Index())
            Add(mean, means[c], weight);
        double[][] pooled = Pooled(ofImages, labels, means, images, groups, count);
        foreach ((int c, double weight) in weights.Index().Where(entry => entry.Item > 0))
            Add(covariance, pooled[groups[c]], weight * weight / images[c]);
        foreach ((int i, int label) in labels.Index())
        {
            int predicted = groups[probabilities[i].IndexOf(probabilities[i].Max())];
            double groupWeight = wanted[groups[label]] / total;
            confusion[predicted * count + groups[label]] += weights[label] / images[label] / groupWeight;
        }

        return new MixReference([.. mean], [.. covariance], [.. confusion.Select(share => Math.Min(share, 1))])
        {
            Offsets = [.. ClassOffsets.Fit(probabilities, labels, reference)],
            Images = 1 / weights.Zip(images, (weight, count) => count > 0 ? weight * weight / count : 0).Sum(), // Kish's
        };
    }

    // The covariance (K, K) of images within their class, of each group: with one image a class, about the mean of all.
    private static double[][] Pooled(
        double[][] ofImages,
        IReadOnlyList<int> labels,
        double[][] means,
        int[] images,
        int[] groups,
        int count
    )
    {
        double[][] sums = [.. Enumerable.Range(0, count).Select(_ => new double[count * count])];
        int[] freedom = new int[count];
        foreach ((int i, int label) in labels.Index().Where(entry => images[entry.Item] > 1))
            AddSquare(sums[groups[label]], ofImages[i], means[label]);
        for (int c = 0; c < images.Length; c++)
            freedom[groups[c]] += Math.Max(0, images[c] - 1);
        double[] all = [.. Enumerable.Range(0, count).Select(g => ofImages.Average(row => row[g]))],
            rest = new double[count * count];
        foreach (double[] row in ofImages)
            AddSquare(rest, row, all);
        return
        [
            .. sums.Select(
                (sum, g) =>
                    freedom[g] > 0
                        ? [.. sum.Select(value => value / freedom[g])]
                        : (double[])[.. rest.Select(value => value / ofImages.Length)]
            ),
        ];
    }

    private static void AddSquare(double[] to, double[] row, double[] mean)
    {
        for (int a = 0; a < row.Length; a++)
        {
            for (int b = 0; b < row.Length; b++)
                to[a * row.Length + b] += (row[a] - mean[a]) * (row[b] - mean[b]);
        }
    }

    private static void Add(double[] to, double[] values, double weight)
    {
        for (int i = 0; i < to.Length; i++)
            to[i] += weight * values[i];
    }
}
