namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Represents a line from a worker, with exactly one of its values set.</summary>
/// <param name="Progress">The fraction done.</param>
/// <param name="Result">The result of the run.</param>
/// <param name="Error">The error of the run.</param>
internal sealed record WorkerMessage(double? Progress = null, RunResult? Result = null, string? Error = null);
