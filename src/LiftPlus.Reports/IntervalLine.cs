namespace LiftPlus.Reports;

/// <summary>Represents a line of <see cref="TitledIntervals"/>.</summary>
/// <param name="Title">The title in the legend.</param>
/// <param name="Group">The group whose colour it has; null for the colour of all classes.</param>
/// <param name="Points">The points, from left to right.</param>
internal sealed record IntervalLine(string Title, ShotGroup? Group, IReadOnlyList<IntervalPoint> Points);

/// <summary>Represents a value with its interval.</summary>
/// <param name="X">The place on the horizontal axis.</param>
/// <param name="Mean">The value.</param>
/// <param name="Low">The lower end of the interval.</param>
/// <param name="High">The upper end of the interval.</param>
internal sealed record IntervalPoint(double X, double Mean, double Low, double High);
