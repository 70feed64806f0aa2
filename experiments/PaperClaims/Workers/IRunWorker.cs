namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Executes runs, one at a time. Disposing it aborts the current run.</summary>
internal interface IRunWorker : IDisposable
{
    /// <summary>Executes a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="progress">Receives the fraction done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops waiting; the caller then disposes the worker.</param>
    /// <exception cref="RunFailedException">The run failed, or the worker process ended.</exception>
    Task<RunResult> ExecuteAsync(PlannedRun run, IProgress<double> progress, CancellationToken cancellationToken);
}
