using System.Collections.Immutable;

namespace LiftPlus.Metrics;

/// <summary>
/// Accuracies of long-tailed classification, in percent. A class counts towards the means only if the test set has images of it; its group is
/// decided by its training images (<see cref="ShotGroup"/>).
/// </summary>
public sealed record ClassificationMetrics
{
    /// <summary>Number of test images.</summary>
    public required long Count { get; init; }

    /// <summary>Correct predictions among all test images, 0 to 100.</summary>
    public required double Overall { get; init; }

    /// <summary>Images whose label is among the five highest logits, 0 to 100; null where only predictions were given.</summary>
    public required double? Top5 { get; init; }

    /// <summary>Mean of the accuracies of the classes in the test set, 0 to 100.</summary>
    public required double MeanClass { get; init; }

    /// <summary>Mean accuracy of the classes with more than 100 training images; null when the test set has none of them.</summary>
    public required double? Many { get; init; }

    /// <summary>Mean accuracy of the classes with 20 to 100 training images; null when the test set has none of them.</summary>
    public required double? Medium { get; init; }

    /// <summary>Mean accuracy of the classes with fewer than 20 training images; null when the test set has none of them.</summary>
    public required double? Few { get; init; }

    /// <summary>
    /// Harmonic mean of the accuracies of the classes in the test set, 0 to 100: it falls with the worst. One class that is never right makes it 0
    /// (the limit), and <see cref="ClassesNeverRight"/> says how many are.
    /// </summary>
    public required double HarmonicMean { get; init; }

    /// <summary>
    /// Mean over the classes in the test set of F1 = 2·TP / (2·TP + FP + FN), 0 to 100. False positives of a class come from images of every class.
    /// </summary>
    public required double MacroF1 { get; init; }

    /// <summary>Label of the class with the lowest accuracy, the lowest label where several are equal.</summary>
    public required int WorstClass { get; init; }

    /// <summary>Classes in the test set with no right prediction.</summary>
    public required int ClassesNeverRight { get; init; }

    /// <summary>Accuracy of each class in label order; null for a class without test images.</summary>
    public required ImmutableArray<double?> PerClass { get; init; }

    /// <summary>Test images of each class in label order.</summary>
    public required ImmutableArray<long> PerClassCount { get; init; }

    /// <summary>Accuracy of <see cref="WorstClass"/>, 0 to 100.</summary>
    public double Worst => PerClass[WorstClass]!.Value;

    /// <summary>The mean accuracy of a group; null when the test set has no class of it.</summary>
    public double? Of(ShotGroup group) =>
        group switch
        {
            ShotGroup.Many => Many,
            ShotGroup.Medium => Medium,
            _ => Few,
        };

    /// <summary>The metrics of predictions made already.</summary>
    /// <param name="labels">True labels.</param>
    /// <param name="predictions">Predicted labels, as many.</param>
    /// <param name="training">The class distribution of the training set.</param>
    /// <exception cref="LiftPlusException">No image, different lengths, or a label outside the classes.</exception>
    public static ClassificationMetrics Compute(ReadOnlySpan<long> labels, ReadOnlySpan<long> predictions, ClassDistribution training)
    {
        var builder = new ClassificationMetricsBuilder(training);
        builder.AddPredictions(labels, predictions);
        return builder.Build();
    }

    /// <summary>The metrics of images.</summary>
    /// <param name="outcomes">The test images, at least one.</param>
    /// <param name="training">The class distribution of the training set.</param>
    /// <exception cref="LiftPlusException">No image, or a label outside the classes.</exception>
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
