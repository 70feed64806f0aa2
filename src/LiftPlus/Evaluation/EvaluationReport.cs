using System.Collections.Immutable;
using LiftPlus.Data;
using LiftPlus.Evaluation;
using LiftPlus.Metrics;

namespace LiftPlus;

/// <summary>
/// Represents the result of an evaluation: accuracy over all images, over classes and over the groups of the long tail, and the outcome of
/// every image, from which everything else follows.
/// </summary>
public sealed record EvaluationReport
{
    /// <summary>Gets the accuracies, in percent.</summary>
    public required ClassificationMetrics Metrics { get; init; }

    /// <summary>Gets the model's classes with their training counts.</summary>
    public required ClassDistribution Classes { get; init; }

    /// <summary>Gets the wall time of the evaluation in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Gets the outcome of each image, in the order of the test set; empty if only the metrics are known.</summary>
    public ImmutableArray<ImageOutcome> Outcomes { get; init; } = [];

    /// <summary>
    /// Gets the names of the test set's images by <see cref="ImageOutcome.Index"/>: paths relative to the folder that contains them all;
    /// empty if they are not known.
    /// </summary>
    public ImmutableArray<string> ImageNames { get; init; } = [];

    /// <summary>
    /// Gets the images that could not be read and are not counted; empty unless <see cref="InferenceOptions.Unreadable"/> says to skip
    /// them.
    /// </summary>
    public IReadOnlyList<UnreadableImage> SkippedImages { get; init; } = [];

    /// <summary>Gets the wall time of training in seconds; null if it is not known.</summary>
    public double? TrainingSeconds { get; init; }

    /// <summary>Gets the number of trained values; null if it is not known.</summary>
    public long? TrainedParameters { get; init; }

    /// <summary>Gets the number of values in the whole model; null if it is not known.</summary>
    public long? Parameters { get; init; }

    /// <summary>
    /// Gets the recipe of the model, and how images were prepared; of folders only the last name is kept. Null without training.
    /// </summary>
    public FineTuningRecipe? Recipe { get; init; }

    /// <summary>Gets the software and hardware of the evaluation; null if it is not known.</summary>
    public RunEnvironment? Environment { get; init; }

    /// <summary>Gets the result of every class in label order.</summary>
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

    /// <summary>Compares confidence with accuracy.</summary>
    /// <param name="group">The group whose images count; null for all images.</param>
    /// <param name="bins">The number of bins, 1 or more.</param>
    /// <returns>The calibration; null if no such image has a confidence.</returns>
    public Calibration? GetCalibration(ShotGroup? group = null, int bins = Calibration.UsualBins) =>
        Calibration.From(group is null ? Outcomes : Outcomes.Where(outcome => Classes.GroupOf(outcome.Label) == group), bins);

    /// <summary>Returns the classes that are confused most often.</summary>
    /// <param name="most">The maximum number of pairs.</param>
    public ImmutableArray<ConfusedPair> GetConfusedPairs(int most = 20) => ConfusedPair.Find(Outcomes, most);

    /// <summary>Returns bootstrap intervals of the accuracies.</summary>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="resamples">The number of draws, 100 or more.</param>
    /// <param name="level">The confidence level, above 0 and below 1.</param>
    /// <returns>The intervals; null if only the metrics are known.</returns>
    public AccuracyIntervals? GetIntervals(int seed = 0, int resamples = AccuracyIntervals.UsualResamples, double level = 0.95) =>
        Outcomes.IsEmpty ? null : AccuracyIntervals.Bootstrap(Outcomes, Classes, seed, resamples, level);

    /// <summary>Returns the report as Markdown; an empty group is "n/a".</summary>
    public string ToMarkdown() => MarkdownReport.Write(this);

    /// <summary>Returns the report as JSON; an empty group is null. <see cref="FromJson"/> reads it.</summary>
    public string ToJson() => JsonReport.Write(this);

    /// <summary>Reads a report that <see cref="ToJson"/> wrote. All figures are computed again from the outcomes of the images.</summary>
    /// <param name="json">The text.</param>
    /// <param name="components">What the recipe's <c>Type</c> names stand for; by default the built-in components.</param>
    /// <exception cref="LiftPlusException">The text is not a report; the message says where and why.</exception>
    public static EvaluationReport FromJson(string json, ComponentRegistry? components = null) => JsonReport.Read(json, components);

    /// <inheritdoc/>
    public override string ToString() => ToMarkdown();
}
