namespace LiftPlus.Reports;

/// <summary>A comparison and its heading.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Comparison">The comparison.</param>
/// <param name="Text">A paragraph of your own under the heading; null for none.</param>
public sealed record TitledComparison(string Title, RunComparison Comparison, string? Text = null);
