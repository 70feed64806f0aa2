using LiftPlus.Metrics;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>First row less second, seed by seed: seeds share images, so that what is hard about them cancels.</summary>
/// <param name="Points">The differences over seeds.</param>
/// <param name="BySeed">Student's 95 % interval over seeds.</param>
/// <param name="ByImage">Paired bootstrap over test images; null where the measure is no accuracy.</param>
internal sealed record PairedDifference(Spread Points, Interval BySeed, Interval? ByImage)
{
    private const double Level = 0.95;

    public double Low => Math.Min(BySeed.Low, ByImage?.Low ?? BySeed.Low);

    public double High => Math.Max(BySeed.High, ByImage?.High ?? BySeed.High);

    /// <summary>Of accuracies.</summary>
    /// <returns>Null of fewer than two seeds: one difference says nothing of its noise.</returns>
    public static PairedDifference? Of(
        IEnumerable<(int Seed, EvaluationReport Report)> first,
        IEnumerable<(int Seed, EvaluationReport Report)> second,
        ReportMeasure measure
    )
    {
        ComparedRun[] runs =
        [
            .. first.Select(run => new ComparedRun("first", run.Seed, run.Report)),
            .. second.Select(run => new ComparedRun("second", run.Seed, run.Report)),
        ];
        return
            runs.Select(run => run.Method).Distinct().Count() == 2
            && RunComparison.Create(runs, level: Level).Difference("first", "second", measure) is { BySeed: Interval bySeed } difference
            ? new PairedDifference(difference.Points, bySeed, difference.ByImage)
            : null;
    }

    /// <summary>Of values that no images stand behind, one a seed.</summary>
    /// <returns>Null of fewer than two seeds.</returns>
    public static PairedDifference? Of(IReadOnlyCollection<double> differences) =>
        Spread.Of(differences) is Spread points && points.Interval(Level) is Interval bySeed
            ? new PairedDifference(points, bySeed, null)
            : null;
}
