using System.Collections.Immutable;

namespace LiftPlus.Metrics;

/// <summary>
/// Represents the accuracies of long-tailed classification, in percent. Only classes with test images count towards the means. The number
/// of training images decides the group of a class (<see cref="ShotGroup"/>).
/// </summary>
public sealed record ClassificationMetrics
{
    /// <summary>Gets the number of test images.</summary>
    public required long Count { get; init; }

    /// <summary>Gets the accuracy over all test images, 0 to 100.</summary>
    public required double Overall { get; init; }

    /// <summary>
    /// Gets the share of images whose label is among the five highest logits, 0 to 100; null if only predictions are known.
    /// </summary>
    public required double? Top5 { get; init; }

    /// <summary>Gets the mean accuracy of the classes in the test set, 0 to 100.</summary>
    public required double MeanClass { get; init; }

    /// <summary>Gets the mean accuracy of classes with more than 100 training images; null if the test set has no such class.</summary>
    public required double? Many { get; init; }

    /// <summary>Gets the mean accuracy of classes with 20 to 100 training images; null if the test set has no such class.</summary>
    public required double? Medium { get; init; }

    /// <summary>Gets the mean accuracy of classes with fewer than 20 training images; null if the test set has no such class.</summary>
    public required double? Few { get; init; }

    /// <summary>
    /// Gets the harmonic mean of the accuracies of the classes in the test set, 0 to 100. The worst classes dominate it: a single class
    /// without a right prediction makes it 0; <see cref="ClassesNeverRight"/> counts these classes.
    /// </summary>
    public required double HarmonicMean { get; init; }

    /// <summary>
    /// Gets the mean over the classes in the test set of F1 = 2·TP / (2·TP + FP + FN), 0 to 100. Images of every class count as false
    /// positives.
    /// </summary>
    public required double MacroF1 { get; init; }

    /// <summary>Gets the label of the class with the lowest accuracy; the lowest label in a tie.</summary>
    public required int WorstClass { get; init; }

    /// <summary>Gets the number of classes in the test set without a right prediction.</summary>
    public required int ClassesNeverRight { get; init; }

    /// <summary>Gets the accuracy of each class in label order; null for a class without test images.</summary>
    public required ImmutableArray<double?> PerClass { get; init; }

    /// <summary>Gets the number of test images of each class in label order.</summary>
    public required ImmutableArray<long> PerClassCount { get; init; }

    /// <summary>Gets the accuracy of <see cref="WorstClass"/>, 0 to 100.</summary>
    public double Worst => PerClass[WorstClass]!.Value;

    /// <summary>Gets the mean accuracy of a group; null if the test set has no classes of the group.</summary>
    public double? Get(ShotGroup group) =>
        group switch
        {
            ShotGroup.Many => Many,
            ShotGroup.Medium => Medium,
            _ => Few,
        };

    /// <summary>Computes the metrics of existing predictions.</summary>
    /// <param name="labels">The true labels.</param>
    /// <param name="predictions">The predicted labels, as many as true labels.</param>
    /// <param name="training">The class distribution of the training set.</param>
    /// <exception cref="LiftPlusException">The test set is empty, the lengths differ, or a label is out of range.</exception>
    public static ClassificationMetrics Compute(ReadOnlySpan<long> labels, ReadOnlySpan<long> predictions, ClassDistribution training)
    {
        var builder = new ClassificationMetricsBuilder(training);
        builder.AddPredictions(labels, predictions);
        return builder.Build();
    }

    /// <summary>Computes the metrics of test images.</summary>
    /// <param name="outcomes">The test images, at least one.</param>
    /// <param name="training">The class distribution of the training set.</param>
    /// <exception cref="LiftPlusException">The test set is empty, or a label is out of range.</exception>
    public static ClassificationMetrics Compute(IReadOnlyCollection<ImageOutcome> outcomes, ClassDistribution training)
    {
        var tally = new ClassTally(training, outcomes);
        double?[] perClass = [.. tally.Seen.Select((seen, c) => seen == 0 ? (double?)null : 100.0 * tally.Correct[c] / seen)];
        double? Mean(ShotGroup group) => perClass.Where((_, c) => training.GroupOf(c) == group).Average();
        int neverRight = perClass.Count(accuracy => accuracy == 0);
        return new ClassificationMetrics
        {
            Count = outcomes.Count,
            Overall = 100.0 * tally.Correct.Sum() / outcomes.Count,
            Top5 = tally.IsRanked ? 100.0 * tally.TopFive.Sum() / outcomes.Count : null,
            MeanClass = perClass.Average()!.Value,
            Many = Mean(ShotGroup.Many),
            Medium = Mean(ShotGroup.Medium),
            Few = Mean(ShotGroup.Few),
            HarmonicMean = neverRight > 0 ? 0 : 1 / perClass.Average(accuracy => 1 / accuracy)!.Value,
            MacroF1 = Enumerable
                .Range(0, perClass.Length)
                .Where(c => tally.Seen[c] > 0)
                .Average(c => 200.0 * tally.Correct[c] / (tally.Seen[c] + tally.Predicted[c])),
            WorstClass = Array.IndexOf(perClass, perClass.Min()),
            ClassesNeverRight = neverRight,
            PerClass = [.. perClass],
            PerClassCount = [.. tally.Seen.Select(seen => (long)seen)],
        };
    }
}
