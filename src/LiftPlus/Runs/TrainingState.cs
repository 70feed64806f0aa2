using System.Collections.Immutable;
using System.Text.Json.Serialization;
using LiftPlus.Data;
using LiftPlus.Optimization;

namespace LiftPlus.Runs;

/// <summary>Where a run stands between two steps. With the tensors it is all that a run needs to go on; times serve the rates only.</summary>
internal sealed record TrainingState
{
    /// <summary>Epochs done.</summary>
    public int Epoch { get; init; }

    /// <summary>Micro-batches done of the epoch in progress.</summary>
    public int MicroBatch { get; init; }

    /// <summary>Steps done.</summary>
    public long Step { get; init; }

    /// <summary>Moving averages of training loss and accuracy; null before the first step.</summary>
    public double? Loss { get; init; }

    public double? Accuracy { get; init; }

    /// <summary>Images of this epoch by group of their class, and how many of them were recognised.</summary>
    public ImmutableArray<long> Seen { get; init; } = [0, 0, 0];

    public ImmutableArray<long> Recognized { get; init; } = [0, 0, 0];

    /// <summary>The best validation so far by what the kept model, and by what early stopping goes.</summary>
    public BestValue? BestModel { get; init; }

    public BestValue? Stopping { get; init; }

    public long Images { get; init; }

    /// <summary>The scale of the next step's loss; null in every precision but float16.</summary>
    public LossScale? LossScale { get; init; }

    public TimeSpan Training { get; init; }

    public TimeSpan Elapsed { get; init; }

    /// <summary>False for numbers that no run gives.</summary>
    [JsonIgnore]
    public bool IsSound =>
        Epoch >= 0
        && MicroBatch >= 0
        && Step >= 0
        && Images >= 0
        && Seen is { IsDefault: false, Length: 3 }
        && Recognized is { IsDefault: false, Length: 3 };

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

    /// <summary>Compares a validation with the best so far.</summary>
    public TrainingState Judge(EvaluationReport report, EarlyStoppingOptions? stopping, ValidationMetric? best) =>
        this with
        {
            Stopping = stopping is null ? null : BestValue.Of(Stopping, stopping.Metric.Of(report), Epoch + 1, stopping.MinimumImprovement),
            BestModel = best is null ? null : BestValue.Of(BestModel, best.Value.Of(report), Epoch + 1),
        };

    public TrainingState NextEpoch() => this with { Epoch = Epoch + 1, MicroBatch = 0, Seen = [0, 0, 0], Recognized = [0, 0, 0] };

    /// <summary>Part of a group's images of this epoch that were recognised, 0 to 1; null while none was seen.</summary>
    public double? AccuracyOf(ShotGroup group) => Seen[(int)group] == 0 ? null : (double)Recognized[(int)group] / Seen[(int)group];

    private static double Average(double? known, double value) => known is double average ? 0.9 * average + 0.1 * value : value;

    private static ImmutableArray<long> Add(ImmutableArray<long> counts, long[] more) => [.. counts.Zip(more, (count, one) => count + one)];
}
