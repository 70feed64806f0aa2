using System.Collections.Immutable;

namespace LiftPlus;

/// <summary>One method over its seeds.</summary>
public sealed record MethodSummary
{
    /// <summary>The method's name.</summary>
    public required string Method { get; init; }

    /// <summary>Its seeds, in order.</summary>
    public required ImmutableArray<int> Seeds { get; init; }

    /// <summary>Each measure in percent, over the seeds that have it; null where none has.</summary>
    public required ImmutableSortedDictionary<ReportMeasure, Spread?> Measures { get; init; }

    /// <summary>Number of trained values; null where it is not known.</summary>
    public required double? TrainedParameters { get; init; }

    /// <summary>Number of values in the whole model; null where it is not known.</summary>
    public required double? Parameters { get; init; }

    /// <summary>Wall time of the training in seconds; null where it is not known.</summary>
    public required Spread? TrainingSeconds { get; init; }

    /// <summary>Wall time of the evaluation in seconds.</summary>
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
