namespace LiftPlus;

/// <summary>Reports the state of a sweep.</summary>
public sealed record SweepProgress
{
    /// <summary>Gets the name of the candidate.</summary>
    public required string Candidate { get; init; }

    /// <summary>Gets the repeat, 1-based.</summary>
    public required int Repeat { get; init; }

    /// <summary>Gets the number of finished runs of all candidates.</summary>
    public required int Done { get; init; }

    /// <summary>Gets the number of runs of all candidates.</summary>
    public required int Total { get; init; }

    /// <summary>Gets the state of the run; null in the last report of a run.</summary>
    public TrainingProgress? Training { get; init; }

    /// <summary>
    /// Gets the evaluation on the held-out images; only in the last report of a run, and null there if training failed.
    /// </summary>
    public EvaluationReport? Result { get; init; }

    /// <summary>Returns one line for a console or a log.</summary>
    public override string ToString()
    {
        string state = Training?.ToString()
            ?? (Result is null ? "failed" : FormattableString.Invariant($"mean {Result.Metrics.MeanClass:F1} %"));
        return $"{Candidate}, repeat {Repeat} ({Done} of {Total} runs done): {state}";
    }
}
