namespace LiftPlus.Experiments.RealFoundation;

/// <summary>
/// Represents the result of a row with a seed. Accuracies are in percent; the groups follow the images that were trained on.
/// </summary>
internal sealed record RunResult
{
    public required string Row { get; init; }

    public required int Seed { get; init; }

    public required double Overall { get; init; }

    public double? Many { get; init; }

    public double? Medium { get; init; }

    public double? Few { get; init; }

    /// <summary>Gets the overall accuracy with five crops of each test image; null if not measured.</summary>
    public double? FiveCrops { get; init; }

    public double? FiveCropsFew { get; init; }

    public required long TrainedParameters { get; init; }

    /// <summary>Gets how much farther apart few-shot test features are than training features, in percent; null if not measured.</summary>
    public double? FewShotDivergence { get; init; }

    public required double TrainingSeconds { get; init; }

    public RunEnvironment? Environment { get; init; }
}
