namespace LiftPlus;

/// <summary>How far an evaluation is.</summary>
/// <param name="Batch">Batches done.</param>
/// <param name="Batches">Batches in all.</param>
public readonly record struct EvaluationProgress(int Batch, int Batches);
