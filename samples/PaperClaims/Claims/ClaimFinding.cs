namespace LiftPlus.Samples.PaperClaims;

/// <summary>A comparison and what came of it.</summary>
internal sealed record ComparisonFinding(RowComparison Comparison, PairedDifference? Difference, Verdict Verdict);

/// <summary>A claim and what came of it on a world.</summary>
internal sealed record ClaimFinding(int Number, Claim Claim, World World, Verdict Verdict, IReadOnlyList<ComparisonFinding> Comparisons);
