namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Represents a comparison and its result.</summary>
internal sealed record ComparisonFinding(RowComparison Comparison, PairedDifference? Difference, Verdict Verdict);

/// <summary>Represents a claim and its result on a world.</summary>
internal sealed record ClaimFinding(int Number, Claim Claim, World World, Verdict Verdict, IReadOnlyList<ComparisonFinding> Comparisons)
{
    /// <summary>Gets the verdict in words, and the number of comparisons behind it if some were not run.</summary>
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
