namespace LiftPlus.Reports;

/// <summary>Represents the training history of a model.</summary>
/// <param name="Model">The model's name, for example "Full fine-tuning".</param>
/// <param name="History">The history of the training run.</param>
public sealed record TitledTraining(string Model, TrainingHistory History);
