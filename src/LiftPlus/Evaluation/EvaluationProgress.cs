namespace LiftPlus;

/// <summary>Reports the progress of an evaluation.</summary>
/// <param name="Batch">Batches done.</param>
/// <param name="Batches">Batches in all.</param>
public readonly record struct EvaluationProgress(int Batch, int Batches);
