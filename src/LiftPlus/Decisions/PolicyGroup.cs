namespace LiftPlus;

/// <summary>Represents what a policy does for the test images of some classes. Shares are percentages, 0 to 100.</summary>
/// <param name="Group">The group of the images' true classes; null for all images.</param>
/// <param name="Images">The number of images; of none, the other values are null.</param>
/// <param name="ErrorBefore">The expected calibration error of the model's own probabilities.</param>
/// <param name="ErrorAfter">That of the policy's probabilities.</param>
/// <param name="Coverage">The share of images whose set has their class.</param>
/// <param name="SetSize">The mean number of classes in a set.</param>
/// <param name="FalseAlarms">The share of images that are called unknown; null if the policy does not look for unknown images.</param>
public sealed record PolicyGroup(
    ShotGroup? Group,
    int Images,
    double? ErrorBefore,
    double? ErrorAfter,
    double? Coverage,
    double? SetSize,
    double? FalseAlarms
);
