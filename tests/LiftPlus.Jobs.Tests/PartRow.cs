namespace LiftPlus.Jobs.Tests;

/// <summary>Represents a row of a part.</summary>
internal sealed record PartRow(
    string Key,
    int[] Labels,
    string[] ClassNames,
    float[] Scores,
    float[] Probabilities,
    float[] Features,
    int[]? Set,
    double? Unknown,
    string? Error
);
