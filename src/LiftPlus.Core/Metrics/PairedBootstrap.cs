namespace LiftPlus.Metrics;

/// <summary>
/// Bootstrap intervals of the difference between two models on the same test images. An image that both have right, or both wrong, says nothing (McNemar,
/// Psychometrika 12, 1947), so the intervals are narrower than those of two accuracies on their own. Images are drawn within each class, as for
/// <see cref="AccuracyIntervals"/>.
/// </summary>
public static class PairedBootstrap
{
    /// <summary>Intervals of accuracy differences, -100 to 100 points.</summary>
    /// <param name="testSets">
    /// The images; several test sets are drawn independently and their differences averaged. Seeds that share a test set are one, with averaged differences:
    /// its images are drawn once for all of them.
    /// </param>
    /// <param name="training">The class distribution of the training set: it decides the groups.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="resamples">Number of draws, 100 or more.</param>
    /// <param name="level">The part of the draws inside, above 0 and below 1.</param>
    /// <exception cref="LiftPlusException">A test set has no image, or a label outside the classes.</exception>
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
                throw new LiftPlusException(
                    "A test set has no image that both models saw, so there is no difference; compare models on the same images."
                );
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

    // The sum over as many images as the class has, drawn with replacement; of those without a difference only their number counts.
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
