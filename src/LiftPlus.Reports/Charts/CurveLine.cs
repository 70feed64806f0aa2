using OxyPlot;

namespace LiftPlus.Reports;

/// <summary>Represents a line of a <see cref="CurveChart"/>.</summary>
internal sealed record CurveLine(string Title, OxyColor Color, IReadOnlyList<(long Step, double Value)> Points)
{
    public LineStyle Style { get; init; } = LineStyle.Solid;

    /// <summary>Gets whether each point has a dot.</summary>
    public bool IsMarked { get; init; }
}
