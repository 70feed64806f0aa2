namespace LiftPlus;

/// <summary>How one class fared.</summary>
/// <param name="Label">The class, 0-based.</param>
/// <param name="Name">Its name.</param>
/// <param name="Group">Its group, by training images.</param>
/// <param name="TrainingImages">Training images.</param>
/// <param name="TestImages">Test images.</param>
/// <param name="Accuracy">Right predictions among the test images, 0 to 100; null without a test image.</param>
public sealed record ClassResult(int Label, string Name, ShotGroup Group, int TrainingImages, long TestImages, double? Accuracy);
