namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Represents the failure of a run; other runs continue.</summary>
/// <param name="message">The error.</param>
/// <param name="workerDied">Whether the worker process has ended.</param>
internal sealed class RunFailedException(string message, bool workerDied) : Exception(message)
{
    public bool WorkerDied { get; } = workerDied;
}
