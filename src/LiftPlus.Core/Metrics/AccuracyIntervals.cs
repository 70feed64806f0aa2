namespace LiftPlus.Metrics;

/// <summary>
/// Bootstrap intervals of accuracies, in percent (or, by <see cref="PairedBootstrap"/>, of differences in points): how much they would vary with other test images of the same classes. Images are drawn anew with
/// replacement within each class (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapters 8 and 13), because a class's number of test images is
/// the test set's design, not chance, and so that no class drops out of a mean. The ends are percentiles.
/// </summary>
/// <remarks>
/// They say nothing of the chance in training: for that, compare several seeds. A class that is all right or all wrong does not vary, so
/// with a handful of test images per class the intervals are rather too narrow.
/// </remarks>
public sealed record AccuracyIntervals
{
    /// <summary>The usual number of draws.</summary>
    public const int UsualResamples = 1000;

    /// <summary>The part of the draws inside, 0..1.</summary>
    public required double Level { get; init; }

    /// <summary>Number of draws.</summary>
    public required int Resamples { get; init; }

    /// <summary>Seed of the draws: the same seed gives the same intervals.</summary>
    public required int Seed { get; init; }

    /// <summary>Of <see cref="ClassificationMetrics.Overall"/>.</summary>
    public required Interval Overall { get; init; }

    /// <summary>Of <see cref="ClassificationMetrics.Top5"/>.</summary>
    public required Interval? Top5 { get; init; }

    /// <summary>Of <see cref="ClassificationMetrics.MeanClass"/>.</summary>
    public required Interval MeanClass { get; init; }

    /// <summary>Of <see cref="ClassificationMetrics.Many"/>.</summary>
    public required Interval? Many { get; init; }

    /// <summary>Of <see cref="ClassificationMetrics.Medium"/>.</summary>
    public required Interval? Medium { get; init; }

    /// <summary>Of <see cref="ClassificationMetrics.Few"/>.</summary>
    public required Interval? Few { get; init; }

    /// <summary>The interval of a group; null when the test set has no class of it.</summary>
    public Interval? Of(ShotGroup group) =>
        group switch
        {
            ShotGroup.Many => Many,
            ShotGroup.Medium => Medium,
            _ => Few,
        };

    /// <summary>Draws test sets and measures each.</summary>
    /// <param name="outcomes">The test images, at least one.</param>
    /// <param name="training">The class distribution of the training set.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="resamples">Number of draws, 100 or more.</param>
    /// <param name="level">The part of the draws inside, above 0 and below 1.</param>
    /// <exception cref="LiftPlusException">There is no image, or a label outside the classes.</exception>
    public static AccuracyIntervals Bootstrap(
        IReadOnlyCollection<ImageOutcome> outcomes,
        ClassDistribution training,
        int seed = 0,
        int resamples = UsualResamples,
        double level = 0.95
    )
    {
        var draws = new AccuracyDraws(training, resamples, level);
        var tally = new ClassTally(training, outcomes);
        var random = new Random(seed);
        int[] labels = [.. Enumerable.Range(0, training.ClassCount).Where(label => tally.Seen[label] > 0)];
        draws.BeginTestSet(outcomes.Count, tally.IsRanked, labels);
        // Everything depends on the number of right images of each class alone, and drawing n_c images makes that number binomial.
        foreach (int label in labels)
        {
            int seen = tally.Seen[label];
            Draw(seen, tally.Correct[label], random, resamples, (draw, right) => draws.AddRight(draw, label, seen, right));
            Draw(seen, tally.TopFive[label], random, resamples, (draw, right) => draws.AddTopFive(draw, right));
        }

        return draws.Intervals(seed);
    }

    private static void Draw(int seen, int right, Random random, int resamples, Action<int, int> use)
    {
        BinomialTable? table = right == 0 || right == seen ? null : new BinomialTable(seen, (double)right / seen);
        for (int draw = 0; draw < resamples; draw++)
            use(draw, table?.Draw(random) ?? right);
    }
}
