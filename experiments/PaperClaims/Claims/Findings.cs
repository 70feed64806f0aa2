using LiftPlus.Metrics;
using LiftPlus.Reports;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Collects the results of a plan so far, and judges the claims by them.</summary>
internal sealed class Findings
{
    private readonly Dictionary<string, RunResult> _results = [];
    private readonly Dictionary<string, TableRow> _rows = [];

    public Findings(RunPlan plan, ResultStore store, IReadOnlyList<Claim> claims)
    {
        Plan = plan;
        List<(PlannedRun, string?)> missing = [];
        foreach (PlannedRun run in plan.Runs)
        {
            if (store.Read(run) is RunResult result)
                _results[run.Key] = result;
            else
                missing.Add((run, store.ReadFailure(run)));
        }

        foreach (PaperTable table in plan.Tables)
        {
            foreach (TableRow row in table.Rows)
                _rows[$"{table.Id}/{row.Title}"] = row;
        }

        Missing = missing;
        Claims = [.. plan.Worlds.SelectMany(world => claims.Select((claim, i) => Judge(i + 1, claim, world)))];
    }

    public RunPlan Plan { get; }

    /// <summary>Gets the environment of the first run; null before it.</summary>
    public RunEnvironment? Environment => _results.Values.Select(result => result.Plain.Environment).FirstOrDefault();

    /// <summary>Gets every claim on every world.</summary>
    public IReadOnlyList<ClaimFinding> Claims { get; }

    /// <summary>Gets the runs without a result, with the error of those that failed.</summary>
    public IReadOnlyList<(PlannedRun Run, string? Failure)> Missing { get; }

    /// <summary>Returns the rows of a table that are planned on a world.</summary>
    public IReadOnlyList<TableRow> Rows(World world, PaperTable table) =>
        [.. table.Rows.Where(row => Plan.Find(world, row, 0) is not null)];

    /// <summary>Compares the rows of a table with LIFT+; returns null before the first of them has been run.</summary>
    public RunComparison? Compare(World world, PaperTable table)
    {
        IReadOnlyList<TableRow> rows = Rows(world, table);
        ComparedRun[] runs =
        [
            .. rows.SelectMany(row => Reports(world, row).Select(run => new ComparedRun(row.Title, run.Seed, run.Report))),
        ];
        string? liftPlus = rows.FirstOrDefault(row => row.Title.Contains("LIFT+", StringComparison.Ordinal))?.Title;
        return runs.Length == 0 ? null : RunComparison.Create(runs, runs.Any(run => run.Method == liftPlus) ? liftPlus : null);
    }

    /// <summary>Returns the feature diagnostics of a row, one for each seed that has been run.</summary>
    public IEnumerable<(int Seed, FeatureDiagnostic Diagnostic)> Diagnostics(World world, TableRow row) =>
        from result in Results(seed => Plan.Find(world, row, seed))
        let diagnostic = result.Diagnostic
        where diagnostic is not null
        select (result.Seed, diagnostic.Restore());

    /// <summary>Returns the recorded training curves of a row, one for each seed that has been run.</summary>
    public IEnumerable<TrainingHistory> Trainings(World world, TableRow row) =>
        Results(seed => Plan.Find(world, row, seed))
            .Where(result => !result.Training.IsDefaultOrEmpty)
            .Select(result => new TrainingHistory(result.Training));

    /// <summary>Returns the tests of a row, one for each seed that has been run.</summary>
    public IEnumerable<(int Seed, EvaluationReport Report)> Reports(World world, TableRow row) =>
        from result in Results(seed => Plan.Find(world, row, seed))
        let report = row.Ensemble ? result.Ensemble : result.Plain
        where report is not null
        select (result.Seed, report);

    private IEnumerable<RunResult> Results(Func<int, PlannedRun?> find) =>
        Enumerable
            .Range(0, Plan.Seeds)
            .Select(find)
            .OfType<PlannedRun>()
            .Select(run => _results.GetValueOrDefault(run.Key))
            .OfType<RunResult>();

    private ClaimFinding Judge(int number, Claim claim, World world)
    {
        ComparisonFinding[] comparisons =
        [
            .. claim.Comparisons.Select(comparison =>
            {
                PairedDifference? difference = Difference(world, _rows[comparison.First], _rows[comparison.Second], comparison.Measure);
                return new ComparisonFinding(comparison, difference, Verdicts.Of(comparison.Expectation, difference));
            }),
        ];
        return new ClaimFinding(number, claim, world, Verdicts.Of(comparisons.Select(comparison => comparison.Verdict)), comparisons);
    }

    private PairedDifference? Difference(World world, TableRow first, TableRow second, Measure measure) =>
        measure switch
        {
            Measure.Overall => PairedDifference.Of(Reports(world, first), Reports(world, second), ReportMeasure.Overall),
            Measure.Few => PairedDifference.Of(Reports(world, first), Reports(world, second), ReportMeasure.Few),
            _ => PairedDifference.Of([
                .. Diagnostics(world, first)
                    .Join(
                        Diagnostics(world, second),
                        one => one.Seed,
                        other => other.Seed,
                        (one, other) =>
                            100
                            * (
                                one.Diagnostic.GetDistances(ShotGroup.Few)?.Divergence
                                - other.Diagnostic.GetDistances(ShotGroup.Few)?.Divergence
                            )
                    )
                    .OfType<double>(),
            ]),
        };
}
