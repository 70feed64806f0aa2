namespace LiftPlus;

/// <summary>Represents the result of one class.</summary>
/// <param name="Label">The class, 0-based.</param>
/// <param name="Name">The name of the class.</param>
/// <param name="Group">The group, by number of training images.</param>
/// <param name="TrainingImages">The number of training images.</param>
/// <param name="TestImages">The number of test images.</param>
/// <param name="Accuracy">The percentage of test images that were classified correctly; null without test images.</param>
public sealed record ClassResult(int Label, string Name, ShotGroup Group, int TrainingImages, long TestImages, double? Accuracy);
