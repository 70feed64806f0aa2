namespace LiftPlus.Reports;

/// <summary>A training run and the model that came of it.</summary>
/// <param name="Model">The model's name, for example "Full fine-tuning".</param>
/// <param name="History">How it went.</param>
public sealed record TitledTraining(string Model, TrainingHistory History);
