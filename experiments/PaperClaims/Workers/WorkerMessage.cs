namespace LiftPlus.Experiments.PaperClaims;

/// <summary>A line from a worker: one of the three is there.</summary>
/// <param name="Progress">The part done.</param>
/// <param name="Result">What the run found.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record WorkerMessage(double? Progress = null, RunResult? Result = null, string? Error = null);
