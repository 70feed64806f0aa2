namespace LiftPlus;

/// <summary>Distances of a group's images from their class's mean training feature; every class has the same weight on both sides.</summary>
public sealed record GroupDistances
{
    /// <summary>The group.</summary>
    public required ShotGroup Group { get; init; }

    /// <summary>Classes with at least one training and one test distance; the others are left out.</summary>
    public required int Classes { get; init; }

    /// <summary>Distances of training images, 0 to 2.</summary>
    public required WeightedSample Train { get; init; }

    /// <summary>Distances of test images, 0 to 2.</summary>
    public required WeightedSample Test { get; init; }

    /// <summary>Wasserstein distance between <see cref="Train"/> and <see cref="Test"/>, 0 to 2.</summary>
    public double Gap => WeightedSample.Wasserstein(Train, Test);

    /// <summary>
    /// <see cref="Gap"/> / mean test distance: how different training and test images lie about their class mean, on a scale that does not depend on how
    /// spread out a model's features are. 0 when both are distributed alike; where every test image lies farther out it is 1 - mean training
    /// distance / mean test distance, and 1 when the training images of a class have all become one point.
    /// </summary>
    public double Divergence => Gap == 0 ? 0 : Gap / Test.Mean;
}
