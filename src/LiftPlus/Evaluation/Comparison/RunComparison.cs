using System.Collections.Immutable;
using LiftPlus.Evaluation.Comparison;
using LiftPlus.Metrics;
using LiftPlus.Texts;

namespace LiftPlus;

/// <summary>
/// Compares any number of methods with one or more seeds each: means and deviations, differences, and which differences are more than
/// noise.
/// </summary>
/// <remarks>
/// Two intervals cover two kinds of randomness, and a difference counts as more than noise only if both exclude zero: Student's interval
/// over seeds, and a paired bootstrap over test images. If a table has many differences, one in twenty is expected outside its 95 %
/// interval without any true difference.
/// </remarks>
public sealed class RunComparison
{
    private const int Seed = 0; // of the bootstrap

    private readonly ILookup<string, ComparedRun> _runs;
    private readonly double? _overlap; // of repeated hold-outs; null for seeds

    private RunComparison(ImmutableArray<ComparedRun> runs, string reference, double level, double? overlap)
    {
        (Runs, Reference, Level, _overlap) = (runs, reference, level, overlap);
        _runs = runs.ToLookup(run => run.Method);
        Methods = [.. _runs.Select(method => MethodSummary.From(method.Key, [.. method]))];
        Differences = [.. Methods.Where(method => method.Method != reference).SelectMany(method => Between(method.Method, reference))];
    }

    /// <summary>Gets the runs, in the given order.</summary>
    public ImmutableArray<ComparedRun> Runs { get; }

    /// <summary>Gets the method that <see cref="Differences"/> compares the others with.</summary>
    public string Reference { get; }

    /// <summary>Gets the confidence level of the intervals, 0 to 1.</summary>
    public double Level { get; }

    /// <summary>Gets each method over its seeds, in the order of the runs.</summary>
    public ImmutableArray<MethodSummary> Methods { get; }

    /// <summary>Gets every other method minus the reference, in every measure that both have for a common seed.</summary>
    public ImmutableArray<MethodDifference> Differences { get; }

    /// <summary>Compares runs.</summary>
    /// <param name="runs">The runs, with the seeds of each method; all have the same classes.</param>
    /// <param name="reference">The method to compare the others with; null for the method of the first run.</param>
    /// <param name="level">The confidence level of the intervals, above 0 and below 1.</param>
    /// <exception cref="LiftPlusException">
    /// There are no runs, two have the same method and seed, classes differ, or the reference is not among them; all problems are listed.
    /// </exception>
    public static RunComparison Create(IEnumerable<ComparedRun> runs, string? reference = null, double level = 0.95) =>
        Create(runs, reference, level, overlap: null);

    /// <summary>Compares runs on repeated hold-outs of one dataset, which <see cref="ComparedRun.Seed"/> numbers.</summary>
    /// <inheritdoc cref="Create(IEnumerable{ComparedRun}, string?, double)"/>
    internal static RunComparison Create(IEnumerable<ComparedRun> runs, string? reference, double level, double? overlap)
    {
        if (!(level > 0 && level < 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, "The level lies between 0 and 1.");
        ImmutableArray<ComparedRun> all = [.. runs];
        if (all.IsEmpty)
            throw new LiftPlusException("No runs were given to compare; give at least one.");
        string[] faults = [.. Faults(all, reference)];
        if (faults.Length > 0)
            throw new LiftPlusException($"These runs cannot be compared: {string.Join(" ", faults)}");
        return new RunComparison(all, reference ?? all[0].Method, level, overlap);
    }

    /// <summary>Returns the difference between two methods.</summary>
    /// <param name="method">The method.</param>
    /// <param name="reference">The method to compare the others with; null for the method of the first run.</param>
    /// <param name="measure">The measure to compare.</param>
    /// <returns>The difference; null if no seed has the measure for both.</returns>
    /// <exception cref="LiftPlusException">A method is not among the runs.</exception>
    public MethodDifference? Difference(string method, string reference, ReportMeasure measure)
    {
        foreach (string name in (string[])[method, reference])
        {
            if (!_runs.Contains(name))
                throw new LiftPlusException(
                    $"The method '{name}' is not among the runs. The methods are "
                        + $"{string.Join(", ", Methods.Select(known => $"'{known.Method}'"))}."
                );
        }

        return Between(method, reference).FirstOrDefault(difference => difference.Measure == measure);
    }

    /// <summary>Returns the comparison as Markdown: a table of methods, and the differences in words.</summary>
    public string ToMarkdown() => ComparisonText.ToMarkdown(this);

    /// <summary>
    /// Returns the comparison as JSON (docs/report.md): methods, differences and sentences, without the reports of the runs.
    /// </summary>
    public string ToJson() => ComparisonText.ToJson(this);

    /// <inheritdoc/>
    public override string ToString() => ToMarkdown();

    private List<MethodDifference> Between(string method, string reference)
    {
        (EvaluationReport First, EvaluationReport Second)[] pairs =
        [
            .. _runs[method].Join(_runs[reference], run => run.Seed, run => run.Seed, (first, second) => (first.Report, second.Report)),
        ];
        if (pairs.Length == 0)
            return [];
        AccuracyIntervals? images = PairedImages.Create(pairs) is { } testSets
            ? PairedBootstrap.Intervals(testSets, pairs[0].First.Classes, Seed, level: Level)
            : null;
        List<MethodDifference> differences = [];
        foreach (ReportMeasure measure in Enum.GetValues<ReportMeasure>())
        {
            double[] points = [.. pairs.Select(pair => measure.GetValue(pair.First) - measure.GetValue(pair.Second)).OfType<double>()];
            if (Spread.From(points) is not Spread spread)
                continue;
            differences.Add(
                new MethodDifference
                {
                    Method = method,
                    Reference = reference,
                    Measure = measure,
                    Points = spread,
                    BySeed = spread.GetInterval(Level, _overlap ?? 0),
                    ByImage = images is null ? null : measure.GetInterval(images),
                    Unit = _overlap is null ? "seeds" : "repeats",
                }
            );
        }

        return differences;
    }

    private static IEnumerable<string> Faults(ImmutableArray<ComparedRun> runs, string? reference)
    {
        foreach (var twice in runs.CountBy(run => (run.Method, run.Seed)).Where(entry => entry.Value > 1))
            yield return $"'{twice.Key.Method}' has seed {twice.Key.Seed} {twice.Value} times; give each run a different seed.";
        foreach (ComparedRun run in runs.Where(run => !ClassName.AreSame(run.Report.Classes.Names, runs[0].Report.Classes.Names)))
            yield return $"'{run.Method}', seed {run.Seed}, has other classes than '{runs[0].Method}'; compare runs on one task.";
        if (reference is not null && !runs.Any(run => run.Method == reference))
            yield return $"The method '{reference}' is not among the runs; they have "
                + $"{string.Join(", ", runs.Select(run => $"'{run.Method}'").Distinct())}.";
    }
}
