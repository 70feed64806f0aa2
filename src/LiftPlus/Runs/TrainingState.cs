using System.Collections.Immutable;
using System.Text.Json.Serialization;
using LiftPlus.Data;
using LiftPlus.Metrics;
using LiftPlus.Optimization;

namespace LiftPlus.Runs;

/// <summary>
/// Represents the state of a run between two steps. Together with the tensors it is all that a run needs to continue; times only serve the
/// rates.
/// </summary>
internal sealed record TrainingState
{
    /// <summary>Gets the number of finished epochs.</summary>
    public int Epoch { get; init; }

    /// <summary>Gets the number of finished micro-batches of the present epoch.</summary>
    public int MicroBatch { get; init; }

    /// <summary>Gets the number of finished steps.</summary>
    public long Step { get; init; }

    /// <summary>Gets the moving average of the training loss; null before the first step.</summary>
    public double? Loss { get; init; }

    public double? Accuracy { get; init; }

    /// <summary>
    /// Gets the number of this epoch's images by group of their class. <see cref="Recognized"/> counts those that were classified
    /// correctly.
    /// </summary>
    public ImmutableArray<long> Seen { get; init; } = [0, 0, 0];

    public ImmutableArray<long> Recognized { get; init; } = [0, 0, 0];

    /// <summary>Gets what fits into the time limit; null without a limit, and before the first steps were measured.</summary>
    public TrainingPlan? Plan { get; init; }

    /// <summary>Gets the result of every validation so far.</summary>
    public ImmutableArray<ClassificationMetrics> Validations { get; init; } = [];

    /// <summary>
    /// Gets the best validation result so far. <see cref="Stopping"/> is the last that counts as an improvement for early stopping.
    /// </summary>
    public BestValue? BestModel { get; init; }

    public BestValue? Stopping { get; init; }

    public long Images { get; init; }

    /// <summary>Gets the scale of the next step's loss; null except in float16.</summary>
    public LossScale? LossScale { get; init; }

    public TimeSpan Training { get; init; }

    public TimeSpan Elapsed { get; init; }

    /// <summary>Gets whether the numbers are possible in a run.</summary>
    [JsonIgnore]
    public bool IsSound =>
        Epoch >= 0
        && MicroBatch >= 0
        && Step >= 0
        && Images >= 0
        && Plan is null or { Epochs: > 0, Steps: > 0 }
        && Seen is { IsDefault: false, Length: 3 }
        && Recognized is { IsDefault: false, Length: 3 }
        && !Validations.IsDefault
        && Validations.All(IsPossible);

    public TrainingState After(StepTally step, TimeSpan training, TimeSpan elapsed) =>
        this with
        {
            MicroBatch = MicroBatch + step.MicroBatches,
            Step = Step + 1,
            Loss = Average(Loss, step.Loss / step.Images),
            Accuracy = Average(Accuracy, (double)step.Recognized.Sum() / step.Images),
            Seen = Add(Seen, step.Seen),
            Recognized = Add(Recognized, step.Recognized),
            Images = Images + step.Images,
            Training = training,
            Elapsed = elapsed,
        };

    /// <summary>Returns the state after a validation.</summary>
    public TrainingState Judge(ClassificationMetrics result, TrainingOptions options)
    {
        double value = options.Metric.GetValue(result);
        return this with
        {
            Validations = Validations.Add(result),
            BestModel = BestValue.From(BestModel, value, Epoch + 1),
            Stopping = options.EarlyStopping is EarlyStoppingOptions stopping
                ? BestValue.From(Stopping, value, Epoch + 1, stopping.MinimumImprovement)
                : null,
        };
    }

    public TrainingState NextEpoch() => this with { Epoch = Epoch + 1, MicroBatch = 0, Seen = [0, 0, 0], Recognized = [0, 0, 0] };

    /// <summary>
    /// Returns the fraction of a group's images of this epoch that were classified correctly, 0 to 1; null before the first such image.
    /// </summary>
    public double? AccuracyOf(ShotGroup group) => Seen[(int)group] == 0 ? null : (double)Recognized[(int)group] / Seen[(int)group];

    private static bool IsPossible(ClassificationMetrics? result) =>
        result is { PerClass.IsDefault: false, PerClassCount.IsDefault: false }
        && result.WorstClass >= 0
        && result.WorstClass < result.PerClass.Length
        && result.PerClass[result.WorstClass] is not null;

    private static double Average(double? known, double value) => known is double average ? 0.9 * average + 0.1 * value : value;

    private static ImmutableArray<long> Add(ImmutableArray<long> counts, long[] more) => [.. counts.Zip(more, (count, one) => count + one)];
}
