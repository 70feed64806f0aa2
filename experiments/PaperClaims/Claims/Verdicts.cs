namespace LiftPlus.Experiments.PaperClaims;

/// <summary>What runs say of a claim.</summary>
internal enum Verdict
{
    /// <summary>Fewer than two seeds of either row.</summary>
    TooFewRuns,

    /// <summary>The intervals leave it open.</summary>
    InsideTheNoise,

    /// <summary>The whole of every interval is as the paper says.</summary>
    Shown,

    /// <summary>The whole of every interval is against it.</summary>
    Contradicted,

    /// <summary>Some comparisons show it and none contradicts it.</summary>
    PartlyShown,

    /// <summary>Some comparisons show it, some contradict it.</summary>
    Mixed,
}

/// <summary>The rules by which differences become verdicts.</summary>
internal static class Verdicts
{
    /// <summary>Points by which a row may fall behind and still count as no worse.</summary>
    public const double Margin = 1;

    /// <summary>
    /// Higher is shown when every interval lies above 0 and contradicted when every interval lies below 0. Not lower is shown when they lie above
    /// -<see cref="Margin"/> and contradicted when they lie below it.
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

    /// <summary>A claim of several comparisons; those that were not run do not count.</summary>
    public static Verdict Of(IEnumerable<Verdict> comparisons)
    {
        Verdict[] run = [.. comparisons.Where(verdict => verdict != Verdict.TooFewRuns)];
        int shown = run.Count(verdict => verdict == Verdict.Shown),
            contradicted = run.Count(verdict => verdict == Verdict.Contradicted);
        return run.Length == 0 ? Verdict.TooFewRuns
            : shown > 0 && contradicted > 0 ? Verdict.Mixed
            : contradicted > 0 ? Verdict.Contradicted
            : shown == run.Length ? Verdict.Shown
            : shown > 0 ? Verdict.PartlyShown
            : Verdict.InsideTheNoise;
    }

    /// <summary>In words.</summary>
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
