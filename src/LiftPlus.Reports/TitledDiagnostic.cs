namespace LiftPlus.Reports;

/// <summary>A diagnostic and the model it was made of.</summary>
/// <param name="Model">The model's name, for example "Full fine-tuning".</param>
/// <param name="Diagnostic">The diagnostic.</param>
public sealed record TitledDiagnostic(string Model, FeatureDiagnostic Diagnostic);
