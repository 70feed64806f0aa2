using System.Collections.Immutable;
using System.Text.Json.Serialization;
using LiftPlus.Reports;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>What a run found.</summary>
internal sealed record RunResult
{
    /// <inheritdoc cref="PlannedRun.Key"/>
    public required string Key { get; init; }

    /// <inheritdoc cref="PlannedRun.RecipeKey"/>
    public required string RecipeKey { get; init; }

    /// <inheritdoc cref="PlannedRun.Name"/>
    public required string Name { get; init; }

    /// <inheritdoc cref="PlannedRun.World"/>
    public required string World { get; init; }

    /// <inheritdoc cref="PlannedRun.Seed"/>
    public required int Seed { get; init; }

    /// <summary>The test with one crop.</summary>
    [JsonConverter(typeof(EvaluationReportConverter))]
    public required EvaluationReport Plain { get; init; }

    /// <summary>The test of the same model with five crops; null where no row asks.</summary>
    [JsonConverter(typeof(EvaluationReportConverter))]
    public required EvaluationReport? Ensemble { get; init; }

    /// <summary>The model's features; null where they were not looked at.</summary>
    public StoredDiagnostic? Diagnostic { get; init; }

    /// <summary>How the training went; empty where nobody asks.</summary>
    public ImmutableArray<TrainingPoint> Training { get; init; } = [];

    /// <summary>Wall time of training and tests in seconds.</summary>
    public required double Seconds { get; init; }
}
