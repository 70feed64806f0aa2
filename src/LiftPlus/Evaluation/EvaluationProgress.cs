namespace LiftPlus;

/// <summary>Reports how far an evaluation is.</summary>
/// <param name="Done">The number of batches evaluated so far.</param>
/// <param name="Total">The number of batches to evaluate.</param>
public readonly record struct EvaluationProgress(int Done, int Total);
