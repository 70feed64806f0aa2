namespace LiftPlus;

/// <summary>
/// Represents the distances of a group's images from the mean training features of their class. Every class has the same weight.
/// </summary>
public sealed record GroupDistances
{
    /// <summary>Gets the group.</summary>
    public required ShotGroup Group { get; init; }

    /// <summary>Gets the number of classes with at least one training and one test distance; the others are left out.</summary>
    public required int Classes { get; init; }

    /// <summary>Gets the distances of training images, 0 to 2.</summary>
    public required WeightedSample Train { get; init; }

    /// <summary>Gets the distances of test images, 0 to 2.</summary>
    public required WeightedSample Test { get; init; }

    /// <summary>Gets the Wasserstein distance between <see cref="Train"/> and <see cref="Test"/>, 0 to 2.</summary>
    public double Gap => WeightedSample.Wasserstein(Train, Test);

    /// <summary>
    /// Gets <see cref="Gap"/> / mean test distance: how differently training and test images are distributed around their class mean, on a
    /// scale that does not depend on the spread of a model's features. It is 0 if both are distributed alike, 1 - mean training distance /
    /// mean test distance if every test image is farther away, and 1 if all training images of a class coincide.
    /// </summary>
    public double Divergence => Gap == 0 ? 0 : Gap / Test.Mean;
}
