namespace LiftPlus.Sweeps;

/// <summary>Represents how a run of a sweep ended.</summary>
/// <param name="Report">The evaluation on the held-out images; null if training failed.</param>
/// <param name="Failure">Why training failed; null if it did not.</param>
internal sealed record RunResult(EvaluationReport? Report, string? Failure);
