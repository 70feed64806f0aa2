namespace LiftPlus.Metrics;

/// <summary>How two models differ on one test image, averaged over the seeds that saw it.</summary>
/// <param name="Label">The image's class.</param>
/// <param name="Accuracy">Right predictions of the first model less those of the second, -1 to 1.</param>
/// <param name="TopFive">The same for the five highest logits; null where they are not known.</param>
public readonly record struct ImageDifference(int Label, double Accuracy, double? TopFive = null);
