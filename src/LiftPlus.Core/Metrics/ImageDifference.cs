namespace LiftPlus.Metrics;

/// <summary>Represents the difference between two models on one test image, averaged over the seeds that evaluated it.</summary>
/// <param name="Label">The image's class.</param>
/// <param name="Accuracy">The share of right predictions of the first model minus that of the second, -1 to 1.</param>
/// <param name="TopFive">The same for the five highest logits; null if they are unknown.</param>
internal readonly record struct ImageDifference(int Label, double Accuracy, double? TopFive = null);
