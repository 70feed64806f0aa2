using LiftPlus.Metrics;

namespace LiftPlus.Reports;

/// <summary>Represents a small image and its prediction.</summary>
/// <param name="Jpeg">The encoded image.</param>
/// <param name="Outcome">The prediction.</param>
internal sealed record Thumbnail(byte[] Jpeg, ImageOutcome Outcome);
