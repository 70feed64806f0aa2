namespace LiftPlus.Reports;

/// <summary>Represents a chart of values with intervals over another value, with its heading.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Horizontal">The title of the horizontal axis.</param>
/// <param name="Vertical">The title of the vertical axis.</param>
/// <param name="Lines">The lines.</param>
internal sealed record TitledIntervals(string Title, string Horizontal, string Vertical, IReadOnlyList<IntervalLine> Lines)
{
    /// <summary>Gets the paragraph under the heading; null to leave it out.</summary>
    public string? Text { get; init; }
}
