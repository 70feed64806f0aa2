namespace LiftPlus.Experiments.PaperClaims;

/// <summary>A run failed; others go on.</summary>
/// <param name="message">Why.</param>
/// <param name="workerDied">Whether the worker is of no more use.</param>
internal sealed class RunFailedException(string message, bool workerDied) : Exception(message)
{
    public bool WorkerDied { get; } = workerDied;
}
