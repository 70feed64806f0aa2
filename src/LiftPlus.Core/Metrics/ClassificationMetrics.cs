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

    /// <summary>Accuracy of each class in label order; null for a class without test images.</summary>
    public required ImmutableArray<double?> PerClass { get; init; }

    /// <summary>Test images of each class in label order.</summary>
    public required ImmutableArray<long> PerClassCount { get; init; }

    /// <summary>The mean accuracy of a group; null when the test set has no class of it.</summary>
    public double? Of(ShotGroup group) => group switch
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
}
