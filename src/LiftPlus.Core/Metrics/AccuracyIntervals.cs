namespace LiftPlus.Metrics;

/// <summary>
/// Represents bootstrap intervals of accuracies, in percent, or of differences between accuracies, in percentage points: how much they
/// would vary with other test images of the same classes. Images are drawn with replacement within each class (Efron and Tibshirani, An
/// Introduction to the Bootstrap, 1993, chapters 8 and 13), because the number of test images per class is part of the test set's design,
/// and so that every class stays in the means. The ends are percentiles.
/// </summary>
/// <remarks>
/// The intervals do not cover the randomness of training: compare several seeds for that. A class whose images are all right or all wrong
/// does not vary, so with a handful of test images per class the intervals are somewhat too narrow.
/// </remarks>
public sealed record AccuracyIntervals
{
    /// <summary>The default number of draws.</summary>
    public const int UsualResamples = 1000;

    /// <summary>Gets the share of the draws that lie inside an interval, 0 to 1.</summary>
    public required double Level { get; init; }

    /// <summary>Gets the number of draws.</summary>
    public required int Resamples { get; init; }

    /// <summary>Gets the seed of the draws. The same seed gives the same intervals.</summary>
    public required int Seed { get; init; }

    /// <summary>Gets the interval of <see cref="ClassificationMetrics.Overall"/>.</summary>
    public required Interval Overall { get; init; }

    /// <summary>Gets the interval of <see cref="ClassificationMetrics.Top5"/>.</summary>
    public required Interval? Top5 { get; init; }

    /// <summary>Gets the interval of <see cref="ClassificationMetrics.MeanClass"/>.</summary>
    public required Interval MeanClass { get; init; }

    /// <summary>Gets the interval of <see cref="ClassificationMetrics.Many"/>.</summary>
    public required Interval? Many { get; init; }

    /// <summary>Gets the interval of <see cref="ClassificationMetrics.Medium"/>.</summary>
    public required Interval? Medium { get; init; }

    /// <summary>Gets the interval of <see cref="ClassificationMetrics.Few"/>.</summary>
    public required Interval? Few { get; init; }

    /// <summary>Gets the interval of a group; null if the test set has no classes of the group.</summary>
    public Interval? Get(ShotGroup group) =>
        group switch
        {
            ShotGroup.Many => Many,
            ShotGroup.Medium => Medium,
            _ => Few,
        };

    /// <summary>Draws test sets and computes the accuracies of each.</summary>
    /// <param name="outcomes">The test images, at least one.</param>
    /// <param name="training">The class distribution of the training set.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="resamples">The number of draws, 100 or more.</param>
    /// <param name="level">The share of the draws that lie inside an interval, above 0 and below 1.</param>
    /// <exception cref="LiftPlusException">The test set is empty, or a label is out of range.</exception>
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
        // Only the number of right images of each class matters, and with n_c images drawn that number is binomial.
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
