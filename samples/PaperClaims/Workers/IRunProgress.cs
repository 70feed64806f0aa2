namespace LiftPlus.Samples.PaperClaims;

/// <summary>Is told how the runs go; from several threads.</summary>
internal interface IRunProgress
{
    /// <summary>Runs begin.</summary>
    /// <param name="runs">Runs of the plan.</param>
    /// <param name="done">Those that were done before.</param>
    /// <param name="remaining">Time to the end, from what is known.</param>
    void Begin(int runs, int done, TimeSpan remaining);

    /// <summary>A run is so far done, 0 to 1.</summary>
    void Advanced(PlannedRun run, double part);

    /// <summary>A run has ended.</summary>
    void Succeeded(PlannedRun run, RunResult result, TimeSpan remaining);

    /// <summary>A run has failed.</summary>
    void Failed(PlannedRun run, string message, TimeSpan remaining);
}
