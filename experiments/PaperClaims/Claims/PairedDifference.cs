using LiftPlus.Metrics;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>
/// Represents the first row minus the second, seed by seed. Both rows of a seed share images, so the difficulty of these cancels out.
/// </summary>
/// <param name="Points">The differences over seeds.</param>
/// <param name="BySeed">Student's 95 % interval over seeds.</param>
/// <param name="ByImage">The interval of a paired bootstrap over test images; null if the measure is not an accuracy.</param>
internal sealed record PairedDifference(Spread Points, Interval BySeed, Interval? ByImage)
{
    private const double Level = 0.95;

    public double Low => Math.Min(BySeed.Low, ByImage?.Low ?? BySeed.Low);

    public double High => Math.Max(BySeed.High, ByImage?.High ?? BySeed.High);

    /// <summary>Compares accuracies.</summary>
    /// <returns>The difference; null for fewer than two seeds, because one difference does not show its noise.</returns>
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

    /// <summary>Summarizes differences of a measure without images, one per seed.</summary>
    /// <returns>The difference; null for fewer than two seeds.</returns>
    public static PairedDifference? Of(IReadOnlyCollection<double> differences) =>
        Spread.From(differences) is Spread points && points.GetInterval(Level) is Interval bySeed
            ? new PairedDifference(points, bySeed, null)
            : null;
}
