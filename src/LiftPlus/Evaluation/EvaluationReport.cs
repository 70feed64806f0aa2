using System.Collections.Immutable;
using LiftPlus.Data;
using LiftPlus.Evaluation;
using LiftPlus.Metrics;

namespace LiftPlus;

/// <summary>
/// What an evaluation found: accuracy over all images, over classes and over the groups of the long tail, and the outcome of every image, from which
/// everything else follows.
/// </summary>
public sealed record EvaluationReport
{
    /// <summary>The accuracies, in percent.</summary>
    public required ClassificationMetrics Metrics { get; init; }

    /// <summary>The model's classes with their training counts.</summary>
    public required ClassDistribution Classes { get; init; }

    /// <summary>Wall time of the evaluation in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>What the model said of each image, in the order of the test set; empty where only the metrics are known.</summary>
    public ImmutableArray<ImageOutcome> Outcomes { get; init; } = [];

    /// <summary>Names of the test set's images by <see cref="ImageOutcome.Index"/>: paths from the folder that holds them all; empty where they are not known.</summary>
    public ImmutableArray<string> Images { get; init; } = [];

    /// <summary>Images that could not be read and do not count; empty unless <see cref="InferenceOptions.Unreadable"/> says to skip them.</summary>
    public IReadOnlyList<UnreadableImage> SkippedImages { get; init; } = [];

    /// <summary>Wall time of the training in seconds; null where it is not known.</summary>
    public double? TrainingSeconds { get; init; }

    /// <summary>Number of trained values; null where it is not known.</summary>
    public long? TrainedParameters { get; init; }

    /// <summary>Number of values in the whole model; null where it is not known.</summary>
    public long? Parameters { get; init; }

    /// <summary>What the model was made by, and how it looked at the images; folders are cut to their last name. Null without training.</summary>
    public FineTuningRecipe? Recipe { get; init; }

    /// <summary>Where the figures come from; null where it is not known.</summary>
    public RunEnvironment? Environment { get; init; }

    /// <summary>Every class in label order.</summary>
    public ImmutableArray<ClassResult> ClassResults =>
        [
            .. Classes.Names.Select(
                (name, label) =>
                    new ClassResult(
                        label,
                        name,
                        Classes.GroupOf(label),
                        Classes.Counts[label],
                        Metrics.PerClassCount[label],
                        Metrics.PerClass[label]
                    )
            ),
        ];

    /// <summary>Confidence against accuracy.</summary>
    /// <param name="group">Only the images of this group's classes; null for all.</param>
    /// <param name="bins">Number of bins, 1 or more.</param>
    /// <returns>Null when no such image has a confidence.</returns>
    public Calibration? GetCalibration(ShotGroup? group = null, int bins = Calibration.UsualBins) =>
        Calibration.From(group is null ? Outcomes : Outcomes.Where(outcome => Classes.GroupOf(outcome.Label) == group), bins);

    /// <summary>The classes taken for one another most often.</summary>
    /// <param name="most">How many pairs at most.</param>
    public ImmutableArray<ConfusedPair> GetConfusedPairs(int most = 20) => ConfusedPair.Find(Outcomes, most);

    /// <summary>Bootstrap intervals of the accuracies.</summary>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="resamples">Number of draws, 100 or more.</param>
    /// <param name="level">The part of the draws inside, above 0 and below 1.</param>
    /// <returns>Null where only the metrics are known.</returns>
    public AccuracyIntervals? GetIntervals(int seed = 0, int resamples = AccuracyIntervals.UsualResamples, double level = 0.95) =>
        Outcomes.IsEmpty ? null : AccuracyIntervals.Bootstrap(Outcomes, Classes, seed, resamples, level);

    /// <summary>The report as Markdown; an empty group reads n/a.</summary>
    public string ToMarkdown() => MarkdownReport.Write(this);

    /// <summary>The report as JSON; an empty group is null. <see cref="FromJson"/> reads it.</summary>
    public string ToJson() => JsonReport.Write(this);

    /// <summary>Reads what <see cref="ToJson"/> wrote. All figures are computed again from the images' outcomes.</summary>
    /// <param name="json">The text.</param>
    /// <param name="components">What the recipe's <c>Type</c> names stand for; the built-in ones by default.</param>
    /// <exception cref="LiftPlusException">The text is no such report; the message says where and why.</exception>
    public static EvaluationReport FromJson(string json, ComponentRegistry? components = null) => JsonReport.Read(json, components);

    /// <inheritdoc/>
    public override string ToString() => ToMarkdown();
}
