using System.Collections.Immutable;

namespace LiftPlus;

/// <summary>Represents one method over its seeds.</summary>
public sealed record MethodSummary
{
    /// <summary>Gets the name of the method.</summary>
    public required string Method { get; init; }

    /// <summary>Gets the seeds, in order.</summary>
    public required ImmutableArray<int> Seeds { get; init; }

    /// <summary>Gets each measure in percent, over the seeds that have it; null if none has it.</summary>
    public required ImmutableSortedDictionary<ReportMeasure, Spread?> Measures { get; init; }

    /// <summary>Gets the number of trained values; null if it is not known.</summary>
    public required double? TrainedParameters { get; init; }

    /// <summary>Gets the number of values in the whole model; null if it is not known.</summary>
    public required double? Parameters { get; init; }

    /// <summary>Gets the wall time of training in seconds; null if it is not known.</summary>
    public required Spread? TrainingSeconds { get; init; }

    /// <summary>Gets the wall time of the evaluation in seconds.</summary>
    public required Spread EvaluationSeconds { get; init; }

    internal static MethodSummary From(string method, IReadOnlyList<ComparedRun> runs)
    {
        Spread? Over(Func<EvaluationReport, double?> value) => Spread.From([.. runs.Select(run => value(run.Report)).OfType<double>()]);
        return new MethodSummary
        {
            Method = method,
            Seeds = [.. runs.Select(run => run.Seed).Order()],
            Measures = Enum.GetValues<ReportMeasure>()
                .ToImmutableSortedDictionary(measure => measure, measure => Over(report => measure.GetValue(report))),
            TrainedParameters = Over(report => report.TrainedParameters)?.Mean,
            Parameters = Over(report => report.Parameters)?.Mean,
            TrainingSeconds = Over(report => report.TrainingSeconds),
            EvaluationSeconds = Over(report => report.Seconds)!,
        };
    }
}
