namespace LiftPlus.Metrics;

/// <summary>
/// Computes bootstrap intervals of the difference between two models on the same test images. Images that both models get right, or both
/// get wrong, do not count (McNemar, Psychometrika 12, 1947), so these intervals are narrower than the intervals of the two accuracies.
/// Images are drawn within each class, as for <see cref="AccuracyIntervals"/>.
/// </summary>
internal static class PairedBootstrap
{
    /// <summary>Returns the intervals of accuracy differences in percentage points, -100 to 100.</summary>
    /// <param name="testSets">
    /// The images. Several test sets are drawn independently, and their differences are averaged. Give seeds that share a test set as one,
    /// with averaged differences, so that its images are drawn once for all of them.
    /// </param>
    /// <param name="training">The class distribution of the training set, which decides the groups.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="resamples">The number of draws, 100 or more.</param>
    /// <param name="level">The share of the draws that lie inside an interval, above 0 and below 1.</param>
    /// <exception cref="LiftPlusException">A test set is empty, or a label is out of range.</exception>
    public static AccuracyIntervals Intervals(
        IReadOnlyCollection<IReadOnlyCollection<ImageDifference>> testSets,
        ClassDistribution training,
        int seed = 0,
        int resamples = AccuracyIntervals.UsualResamples,
        double level = 0.95
    )
    {
        var draws = new AccuracyDraws(training, resamples, level);
        var random = new Random(seed);
        foreach (IReadOnlyCollection<ImageDifference> images in testSets)
        {
            if (images.Count == 0)
                throw new LiftPlusException("The models have no test image in common; compare models on the same images.");
            draws.BeginTestSet(
                images.Count,
                images.All(image => image.TopFive is not null),
                images.Select(image => image.Label).Distinct()
            );
            foreach (IGrouping<int, ImageDifference> of in images.GroupBy(image => image.Label).OrderBy(group => group.Key))
            {
                ClassTally.CheckLabel(of.Key, training.ClassCount);
                int seen = of.Count();
                Draw(seen, [.. of.Select(image => image.Accuracy).Where(value => value != 0)], random, resamples, (draw, sum) =>
                    draws.AddRight(draw, of.Key, seen, sum)
                );
                Draw(seen, [.. of.Select(image => image.TopFive ?? 0).Where(value => value != 0)], random, resamples, draws.AddTopFive);
            }
        }

        return draws.Intervals(seed);
    }

    // Sums over as many images as the class has, drawn with replacement. Images without a difference add nothing; only their number
    // matters.
    private static void Draw(int seen, double[] different, Random random, int resamples, Action<int, double> use)
    {
        BinomialTable? table =
            different.Length == 0 || different.Length == seen ? null : new BinomialTable(seen, (double)different.Length / seen);
        for (int draw = 0; draw < resamples; draw++)
        {
            double sum = 0;
            for (int left = table?.Draw(random) ?? different.Length; left > 0; left--)
                sum += different[random.Next(different.Length)];
            use(draw, sum);
        }
    }
}
