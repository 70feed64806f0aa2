namespace LiftPlus.Decisions;

/// <summary>Represents a mix that an estimate is drawn towards.</summary>
/// <param name="Mix">The mix (C).</param>
/// <param name="Images">κ, the number of images that it weighs as much as.</param>
internal sealed record DrawnTowards(double[] Mix, double Images);
