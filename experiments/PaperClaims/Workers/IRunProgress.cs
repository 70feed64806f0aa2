namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Receives the progress of the runs, on several threads.</summary>
internal interface IRunProgress
{
    /// <summary>Reports the start.</summary>
    /// <param name="pending">The runs that are not done yet.</param>
    void Begin(IReadOnlyCollection<PlannedRun> pending);

    /// <summary>Reports the fraction of a run that is done, 0 to 1.</summary>
    void Advanced(PlannedRun run, double part);

    /// <summary>Reports the result of a run.</summary>
    void Succeeded(PlannedRun run, RunResult result);

    /// <summary>Reports that a run has failed.</summary>
    void Failed(PlannedRun run, string message);
}
