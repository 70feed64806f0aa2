using System.Collections.Immutable;

namespace LiftPlus;

/// <summary>Represents what a <see cref="PredictionPolicy"/> promises, and what it does on test images.</summary>
public sealed record PolicyReport
{
    internal PolicyReport() { }

    /// <summary>Gets the policy.</summary>
    public required PredictionPolicy Policy { get; init; }

    /// <summary>Gets the results on all images, and on those of classes with many, a medium number of and few training images.</summary>
    public required ImmutableArray<PolicyGroup> Groups { get; init; }

    /// <summary>Gets the mean over classes of the share of images whose set has their class, in percent.</summary>
    public required double MeanClassCoverage { get; init; }

    /// <summary>Gets the accuracy of the model's own predictions, in percent.</summary>
    public required double AccuracyBefore { get; init; }

    /// <summary>Gets the accuracy of predictions for the policy's mix of classes, in percent.</summary>
    public required double AccuracyAfter { get; init; }

    /// <summary>Gets the number of images that show none of the classes.</summary>
    public int UnknownImages { get; init; }

    /// <summary>
    /// Gets the area under the ROC curve, 0 to 1: how often such an image has a larger score than one of the classes; null without such
    /// images.
    /// </summary>
    public double? UnknownArea { get; init; }

    /// <summary>Gets that of <see cref="UnknownMeasure.MaximumSoftmax"/>, the baseline.</summary>
    public double? BaselineArea { get; init; }

    /// <summary>Gets the share of such images that are called unknown, in percent.</summary>
    public double? UnknownFound { get; init; }
}
