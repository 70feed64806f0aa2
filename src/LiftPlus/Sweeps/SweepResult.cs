using System.Collections.Immutable;
using LiftPlus.Sweeps;

namespace LiftPlus;

/// <summary>Represents the result of a sweep: every candidate against the default, and the recipe to train with.</summary>
/// <remarks>
/// Differences are paired by repeat. Two intervals must exclude zero: Student's over the repeats, whose variance is corrected for the
/// overlap of their training sets (Nadeau and Bengio 2003), and a paired bootstrap over the held-out images. Their level is corrected for
/// the number of candidates (Bonferroni), so that all intervals together have <see cref="SweepOptions.Confidence"/>. If a recipe returns
/// the best epoch by validation, the held-out images also choose the epoch: the figures are then slightly too high, for all candidates
/// alike.
/// </remarks>
public sealed class SweepResult
{
    internal SweepResult(
        IReadOnlyList<(SweepEntry Entry, string? Failure)> entries,
        IReadOnlyCollection<ComparedRun> runs,
        ReportMeasure metric,
        double confidence,
        double overlap
    )
    {
        Metric = metric;
        double level = 1 - (1 - confidence) / Math.Max(1, entries.Count - 1);
        Comparison = RunComparison.Create(runs, SweepEntry.Default, level, overlap);
        Candidates =
        [
            .. entries.Select(candidate => new SweepOutcome(
                candidate.Entry.Name,
                candidate.Entry.Recipe,
                [
                    .. runs.Where(run => candidate.Failure is null && run.Method == candidate.Entry.Name)
                        .OrderBy(run => run.Seed)
                        .Select(run => metric.GetValue(run.Report) ?? double.NaN),
                ]
            )
            {
                Difference = Comparison.Differences.FirstOrDefault(difference =>
                    difference.Method == candidate.Entry.Name && difference.Measure == metric
                ),
                Failure = candidate.Failure,
            }),
        ];
        Best = Candidates.Where(candidate => candidate.IsBetter).MaxBy(candidate => Math.Abs(candidate.Difference!.Points.Mean))
            ?? Candidates[0];
    }

    /// <summary>Gets the figure by which the candidates are compared.</summary>
    public ReportMeasure Metric { get; }

    /// <summary>Gets the candidates in the given order, after the default.</summary>
    public ImmutableArray<SweepOutcome> Candidates { get; }

    /// <summary>
    /// Gets the candidate that is better than the default by more than the noise, the best of several; the default if there is none.
    /// </summary>
    public SweepOutcome Best { get; }

    /// <summary>Gets the recipe of <see cref="Best"/>, to train on all images with <c>UseRecipe</c>.</summary>
    public FineTuningRecipe Recipe => Best.Recipe;

    /// <summary>
    /// Gets all runs with their evaluations, and every measure averaged over the repeats. <see cref="ComparedRun.Seed"/> is the repeat.
    /// Candidates that failed are left out.
    /// </summary>
    public RunComparison Comparison { get; }

    /// <summary>Returns a table of the candidates as Markdown, and the conclusion in a sentence.</summary>
    public override string ToString() => SweepText.Write(this);
}
