namespace LiftPlus.Experiments.Decisions;

/// <summary>Represents one figure of the results.</summary>
/// <param name="Topic">What is measured.</param>
/// <param name="Case">The condition.</param>
/// <param name="Method">The method.</param>
/// <param name="Measure">The name of the figure.</param>
/// <param name="Value">The figure.</param>
internal sealed record Row(string Topic, string Case, string Method, string Measure, double Value);
