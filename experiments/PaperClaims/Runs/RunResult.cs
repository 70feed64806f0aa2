using System.Collections.Immutable;
using System.Text.Json.Serialization;
using LiftPlus.Reports;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Represents the result of a run.</summary>
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

    /// <summary>Gets the test with one crop.</summary>
    [JsonConverter(typeof(EvaluationReportConverter))]
    public required EvaluationReport Plain { get; init; }

    /// <summary>Gets the test of the same model with five crops; null if it was not planned.</summary>
    [JsonConverter(typeof(EvaluationReportConverter))]
    public required EvaluationReport? Ensemble { get; init; }

    /// <summary>Gets the features of the model; null if they were not measured.</summary>
    public StoredDiagnostic? Diagnostic { get; init; }

    /// <summary>Gets the training curves; empty if they were not recorded.</summary>
    public ImmutableArray<TrainingPoint> Training { get; init; } = [];

    /// <summary>Gets the wall time of training and tests in seconds.</summary>
    public required double Seconds { get; init; }
}
