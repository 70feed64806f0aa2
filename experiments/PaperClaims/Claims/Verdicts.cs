namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Specifies what runs say about a claim.</summary>
internal enum Verdict
{
    /// <summary>A row has fewer than two seeds.</summary>
    TooFewRuns,

    /// <summary>An interval contains the threshold.</summary>
    InsideTheNoise,

    /// <summary>Every interval lies on the side that the paper expects.</summary>
    Shown,

    /// <summary>Every interval lies on the other side.</summary>
    Contradicted,

    /// <summary>Some comparisons show the claim; the others are inside the noise.</summary>
    PartlyShown,

    /// <summary>Some comparisons show the claim, others contradict it.</summary>
    Mixed,
}

/// <summary>Turns differences into verdicts.</summary>
internal static class Verdicts
{
    /// <summary>The percentage points by which a row may be behind and still count as not lower.</summary>
    public const double Margin = 1;

    /// <summary>
    /// Judges a difference. "Higher" is shown if every interval lies above 0 and contradicted if every interval lies below 0. "Not lower"
    /// is shown if they lie above -<see cref="Margin"/> and contradicted if they lie below it.
    /// </summary>
    public static Verdict Of(Expectation expectation, PairedDifference? difference)
    {
        if (difference is null)
            return Verdict.TooFewRuns;
        double threshold = expectation == Expectation.Higher ? 0 : -Margin;
        return difference.Low > threshold ? Verdict.Shown
            : difference.High < threshold ? Verdict.Contradicted
            : Verdict.InsideTheNoise;
    }

    /// <summary>Judges a claim by its comparisons; those that were not run do not count.</summary>
    public static Verdict Of(IEnumerable<Verdict> comparisons)
    {
        Verdict[] run = [.. comparisons.Where(verdict => verdict != Verdict.TooFewRuns)];
        int shown = run.Count(verdict => verdict == Verdict.Shown);
        int contradicted = run.Count(verdict => verdict == Verdict.Contradicted);
        return run.Length == 0 ? Verdict.TooFewRuns
            : shown > 0 && contradicted > 0 ? Verdict.Mixed
            : contradicted > 0 ? Verdict.Contradicted
            : shown == run.Length ? Verdict.Shown
            : shown > 0 ? Verdict.PartlyShown
            : Verdict.InsideTheNoise;
    }

    /// <summary>Returns the verdict in words.</summary>
    public static string Text(Verdict verdict) =>
        verdict switch
        {
            Verdict.TooFewRuns => "too few runs",
            Verdict.InsideTheNoise => "inside the noise",
            Verdict.Shown => "shown",
            Verdict.Contradicted => "contradicted",
            Verdict.PartlyShown => "partly shown",
            _ => "mixed",
        };
}
