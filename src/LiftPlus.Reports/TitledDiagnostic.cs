namespace LiftPlus.Reports;

/// <summary>Represents the feature diagnostic of a model.</summary>
/// <param name="Model">The model's name, for example "Full fine-tuning".</param>
/// <param name="Diagnostic">The diagnostic.</param>
public sealed record TitledDiagnostic(string Model, FeatureDiagnostic Diagnostic);
