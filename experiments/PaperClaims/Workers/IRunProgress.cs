namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Is told how the runs go; from several threads.</summary>
internal interface IRunProgress
{
    /// <summary>Runs begin.</summary>
    /// <param name="pending">Those that are not done yet.</param>
    void Begin(IReadOnlyCollection<PlannedRun> pending);

    /// <summary>A run is so far done, 0 to 1.</summary>
    void Advanced(PlannedRun run, double part);

    /// <summary>A run has ended.</summary>
    void Succeeded(PlannedRun run, RunResult result);

    /// <summary>A run has failed.</summary>
    void Failed(PlannedRun run, string message);
}
