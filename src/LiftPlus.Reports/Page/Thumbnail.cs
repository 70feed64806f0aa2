using LiftPlus.Metrics;

namespace LiftPlus.Reports;

/// <summary>A small picture and what the model said of it.</summary>
/// <param name="Jpeg">The picture.</param>
/// <param name="Outcome">What the model said.</param>
internal sealed record Thumbnail(byte[] Jpeg, PictureOutcome Outcome);
