using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LiftPlus.Decisions;

/// <summary>Represents a policy as JSON shows it. Arrays of <see cref="UnknownDetector"/> are in another file.</summary>
internal sealed record PolicyFile
{
    public const int CurrentSchema = 1;

    public required int SchemaVersion { get; init; }

    public required PredictionPolicyOptions Options { get; init; }

    /// <summary>Gets the number of training images of each class.</summary>
    public required ImmutableArray<int> TrainingImages { get; init; }

    public required double Temperature { get; init; }

    public required ImmutableArray<double> GroupTemperatures { get; init; }

    public required ImmutableArray<double> SetThresholds { get; init; }

    public required ImmutableArray<double> Reference { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? UnknownThreshold { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<double>? Prior { get; init; }

    public double PriorStrength { get; init; } = 1;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MixReference? Mix { get; init; }
}
