namespace LiftPlus.Metrics;

/// <summary>The images whose confidence lies in one range.</summary>
/// <param name="Low">Lower end of the range in 0..1, not in it.</param>
/// <param name="High">Upper end, in it.</param>
/// <param name="Count">Images in it.</param>
/// <param name="Confidence">Their mean confidence, 0 to 100; null without an image.</param>
/// <param name="Accuracy">Their accuracy, 0 to 100; null without an image.</param>
public sealed record CalibrationBin(double Low, double High, long Count, double? Confidence, double? Accuracy);
