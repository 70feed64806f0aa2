namespace LiftPlus;

/// <summary>How one class fared.</summary>
/// <param name="Label">The class, 0-based.</param>
/// <param name="Name">Its name.</param>
/// <param name="Group">Its group, by training pictures.</param>
/// <param name="TrainingImages">Training pictures.</param>
/// <param name="TestImages">Test pictures.</param>
/// <param name="Accuracy">Right predictions among the test pictures, 0 to 100; null without a test picture.</param>
public sealed record ClassResult(int Label, string Name, ShotGroup Group, int TrainingImages, long TestImages, double? Accuracy);
