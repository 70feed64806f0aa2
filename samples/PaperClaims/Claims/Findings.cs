using LiftPlus.Metrics;

namespace LiftPlus.Samples.PaperClaims;

/// <summary>A comparison and what came of it.</summary>
internal sealed record ComparisonFinding(RowComparison Comparison, PairedDifference? Difference, Verdict Verdict);

/// <summary>A claim and what came of it on a world.</summary>
internal sealed record ClaimFinding(int Number, Claim Claim, World World, Verdict Verdict, IReadOnlyList<ComparisonFinding> Comparisons);

/// <summary>The results of a plan, so far as there are any, and what they say of the claims.</summary>
internal sealed class Findings
{
    private readonly Dictionary<string, RunResult> _results = [];
    private readonly Dictionary<string, TableRow> _rows = [];

    public Findings(RunPlan plan, ResultStore store, IReadOnlyList<Claim> claims)
    {
        Plan = plan;
        foreach (PlannedRun run in plan.Runs)
        {
            if (store.Read(run) is RunResult result)
                _results[run.Key] = result;
            else
                Missing.Add((run, store.ReadFailure(run)));
        }

        foreach (PaperTable table in plan.Tables)
        {
            foreach (TableRow row in table.Rows)
                _rows[$"{table.Id}/{row.Title}"] = row;
        }

        Claims = [.. plan.Worlds.SelectMany(world => claims.Select((claim, i) => Judge(i + 1, claim, world)))];
    }

    public RunPlan Plan { get; }

    /// <summary>Every claim on every world.</summary>
    public IReadOnlyList<ClaimFinding> Claims { get; }

    /// <summary>Runs without a result, and why if they failed.</summary>
    public List<(PlannedRun Run, string? Failure)> Missing { get; } = [];

    /// <summary>The results of a row, one for each seed that has been run.</summary>
    public IEnumerable<RunResult> Results(World world, TableRow row) =>
        Enumerable.Range(0, Plan.Seeds).Select(seed => Result(world, row, seed)).OfType<RunResult>();

    /// <summary>A measure of a row, one value for each seed that has been run; null where a group has no class.</summary>
    public IEnumerable<double?> Values(World world, TableRow row, Measure measure) => Results(world, row).Select(result => Value(result, row, measure));

    private static double? Value(RunResult? result, TableRow row, Measure measure) =>
        (row.Ensemble ? result?.Ensemble : result?.Plain)?.Metrics is ClassificationMetrics metrics ? Measures.Of(metrics, measure) : null;

    private RunResult? Result(World world, TableRow row, int seed) =>
        Plan.Find(world, row, seed) is PlannedRun run ? _results.GetValueOrDefault(run.Key) : null;

    private ClaimFinding Judge(int number, Claim claim, World world)
    {
        ComparisonFinding[] comparisons = [.. claim.Comparisons.Select(comparison =>
        {
            PairedDifference? difference = Difference(world, _rows[comparison.First], _rows[comparison.Second], comparison.Measure);
            return new ComparisonFinding(comparison, difference, Verdicts.Of(comparison.Expectation, difference));
        })];
        return new ClaimFinding(number, claim, world, Verdicts.Of(comparisons.Select(comparison => comparison.Verdict)), comparisons);
    }

    private PairedDifference? Difference(World world, TableRow first, TableRow second, Measure measure)
    {
        IEnumerable<double?> differences = Enumerable.Range(0, Plan.Seeds)
            .Select(seed => Value(Result(world, first, seed), first, measure) - Value(Result(world, second, seed), second, measure));
        return PairedDifference.Of([.. differences.OfType<double>()]);
    }
}
