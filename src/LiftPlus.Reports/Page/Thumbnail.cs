using LiftPlus.Metrics;

namespace LiftPlus.Reports;

/// <summary>A small image and what the model said of it.</summary>
/// <param name="Jpeg">The image.</param>
/// <param name="Outcome">What the model said.</param>
internal sealed record Thumbnail(byte[] Jpeg, ImageOutcome Outcome);
