using System.Collections.Immutable;
using LiftPlus.Evaluation.Comparison;
using LiftPlus.Metrics;

namespace LiftPlus;

/// <summary>Any number of methods side by side, with one or more seeds each: means and deviations, differences, and which of them are more than noise.</summary>
/// <remarks>
/// Two intervals speak of two chances, and a difference counts as more than noise only if both leave out zero: Student's over seeds, and a paired bootstrap over test images.
/// With many differences in a table, one in twenty without any truth behind it is still expected outside its 95 % interval.
/// </remarks>
public sealed class RunComparison
{
    private const int Seed = 0; // of the bootstrap

    private readonly ILookup<string, ComparedRun> _runs;

    private RunComparison(ImmutableArray<ComparedRun> runs, string reference, double level)
    {
        (Runs, Reference, Level) = (runs, reference, level);
        _runs = runs.ToLookup(run => run.Method);
        Methods = [.. _runs.Select(method => MethodSummary.Of(method.Key, [.. method]))];
        Differences = [.. Methods.Where(method => method.Method != reference).SelectMany(method => Between(method.Method, reference))];
    }

    /// <summary>The runs, in the order given.</summary>
    public ImmutableArray<ComparedRun> Runs { get; }

    /// <summary>The method that <see cref="Differences"/> compares the others with.</summary>
    public string Reference { get; }

    /// <summary>Confidence of the intervals, 0..1.</summary>
    public double Level { get; }

    /// <summary>Each method over its seeds, in the order of the runs.</summary>
    public ImmutableArray<MethodSummary> Methods { get; }

    /// <summary>Every other method less the reference, in every measure that both have for a common seed.</summary>
    public ImmutableArray<MethodDifference> Differences { get; }

    /// <summary>Compares runs.</summary>
    /// <param name="runs">The runs; each method's seeds, all of the same classes.</param>
    /// <param name="reference">The method to compare the others with; null for that of the first run.</param>
    /// <param name="level">Confidence of the intervals, above 0 and below 1.</param>
    /// <exception cref="LiftPlusException">There is no run, two have the same method and seed, classes differ, or the reference is not among them; all is listed.</exception>
    public static RunComparison Create(IEnumerable<ComparedRun> runs, string? reference = null, double level = 0.95)
    {
        if (!(level > 0 && level < 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, "The level lies between 0 and 1.");
        ImmutableArray<ComparedRun> all = [.. runs];
        if (all.IsEmpty)
            throw new LiftPlusException("There is no run to compare; give at least one.");
        string[] faults = [.. Faults(all, reference)];
        if (faults.Length > 0)
            throw new LiftPlusException($"These runs cannot be compared: {string.Join(" ", faults)}");
        return new RunComparison(all, reference ?? all[0].Method, level);
    }

    /// <summary>One method less another.</summary>
    /// <param name="method">The method.</param>
    /// <param name="reference">The other.</param>
    /// <param name="measure">What to compare.</param>
    /// <returns>Null where no seed has the measure for both.</returns>
    /// <exception cref="LiftPlusException">A method is not among the runs.</exception>
    public MethodDifference? Difference(string method, string reference, ReportMeasure measure)
    {
        foreach (string name in (string[])[method, reference])
        {
            if (!_runs.Contains(name))
                throw new LiftPlusException(
                    $"There is no method '{name}'; there are {string.Join(", ", Methods.Select(known => $"'{known.Method}'"))}."
                );
        }

        return Between(method, reference).FirstOrDefault(difference => difference.Measure == measure);
    }

    /// <summary>The comparison as Markdown: a table of methods, and the differences in words.</summary>
    public string ToMarkdown() => ComparisonText.ToMarkdown(this);

    /// <summary>The comparison as JSON (docs/report.md): methods, differences and sentences; the runs' own reports are not in it.</summary>
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
        AccuracyIntervals? images = PairedImages.Of(pairs) is { } testSets
            ? PairedBootstrap.Intervals(testSets, pairs[0].First.Classes, Seed, level: Level)
            : null;
        List<MethodDifference> differences = [];
        foreach (ReportMeasure measure in Enum.GetValues<ReportMeasure>())
        {
            double[] points = [.. pairs.Select(pair => measure.Of(pair.First) - measure.Of(pair.Second)).OfType<double>()];
            if (Spread.Of(points) is not Spread spread)
                continue;
            differences.Add(
                new MethodDifference
                {
                    Method = method,
                    Reference = reference,
                    Measure = measure,
                    Points = spread,
                    BySeed = spread.Interval(Level),
                    ByImage = images is null ? null : measure.Of(images),
                }
            );
        }

        return differences;
    }

    private static IEnumerable<string> Faults(ImmutableArray<ComparedRun> runs, string? reference)
    {
        foreach (var twice in runs.CountBy(run => (run.Method, run.Seed)).Where(entry => entry.Value > 1))
            yield return $"'{twice.Key.Method}' has seed {twice.Key.Seed} {twice.Value} times; give each run a seed of its own.";
        foreach (ComparedRun run in runs.Where(run => !run.Report.Classes.Names.SequenceEqual(runs[0].Report.Classes.Names)))
            yield return $"'{run.Method}', seed {run.Seed}, has other classes than '{runs[0].Method}'; compare runs on one task.";
        if (reference is not null && !runs.Any(run => run.Method == reference))
            yield return $"There is no method '{reference}'; there are {string.Join(", ", runs.Select(run => $"'{run.Method}'").Distinct())}.";
    }
}
