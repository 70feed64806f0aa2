namespace LiftPlus.Reports;

/// <summary>Represents a comparison of methods with its heading.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Comparison">The comparison.</param>
/// <param name="Text">Your own paragraph under the heading; null to leave it out.</param>
public sealed record TitledComparison(string Title, RunComparison Comparison, string? Text = null);
