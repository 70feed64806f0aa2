namespace LiftPlus.Metrics;

/// <summary>Represents the images whose confidence lies in one range. All values except the count are percentages, 0 to 100.</summary>
/// <param name="Low">The lower end of the range, exclusive.</param>
/// <param name="High">The upper end of the range, inclusive.</param>
/// <param name="Count">The number of images in the range.</param>
/// <param name="Confidence">The mean confidence of these images; null if there are none.</param>
/// <param name="Accuracy">The accuracy on these images; null if there are none.</param>
public sealed record CalibrationBin(double Low, double High, long Count, double? Confidence, double? Accuracy);
