namespace LiftPlus.Experiments.PaperClaims;

/// <summary>A comparison and what came of it.</summary>
internal sealed record ComparisonFinding(RowComparison Comparison, PairedDifference? Difference, Verdict Verdict);

/// <summary>A claim and what came of it on a world.</summary>
internal sealed record ClaimFinding(int Number, Claim Claim, World World, Verdict Verdict, IReadOnlyList<ComparisonFinding> Comparisons)
{
    /// <summary>The verdict in words, and how many comparisons it rests on where some were not run.</summary>
    public string Text
    {
        get
        {
            int judged = Comparisons.Count(comparison => comparison.Verdict != Verdict.TooFewRuns);
            return Verdicts.Text(Verdict)
                + (judged > 0 && judged < Comparisons.Count ? $" ({judged} of {Comparisons.Count} comparisons)" : "");
        }
    }
}
