namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Carries out runs, one at a time. Disposing it ends what it is doing.</summary>
internal interface IRunWorker : IDisposable
{
    /// <summary>Carries out a run.</summary>
    /// <param name="run">What to run.</param>
    /// <param name="progress">Told the part done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops waiting; the worker is then disposed.</param>
    /// <exception cref="RunFailedException">The run failed, or the worker died of it.</exception>
    Task<RunResult> ExecuteAsync(PlannedRun run, IProgress<double> progress, CancellationToken cancellationToken);
}
