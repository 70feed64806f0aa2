using System.Globalization;
using System.Text;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Writes the findings as Markdown.</summary>
internal static class MarkdownClaims
{
    /// <summary>Gets the measures of a table.</summary>
    public static IReadOnlyList<ReportMeasure> Columns { get; } =
    [ReportMeasure.Overall, ReportMeasure.MeanClass, ReportMeasure.Many, ReportMeasure.Medium, ReportMeasure.Few];

    /// <summary>Returns the number of runs and seeds, and how to read the figures.</summary>
    public static string Introduction(IReadOnlyList<Findings> parts)
    {
        int all = parts.Sum(part => part.Plan.Runs.Count);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{all - parts.Sum(part => part.Missing.Count)} of {all} runs, {parts.Max(part => part.Plan.Seeds)} seeds. "
                + $"Accuracies in percent, mean ± sample deviation over seeds."
        );
    }

    public static string Write(IReadOnlyList<Findings> parts, LadderFindings? ladder = null)
    {
        var text = new StringBuilder();
        text.AppendLine("# The claims of LIFT+, one by one").AppendLine();
        text.AppendLine(Introduction(All(parts, ladder))).AppendLine();
        foreach (World world in parts.SelectMany(part => part.Plan.Worlds))
            text.AppendLine(CultureInfo.InvariantCulture, $"- **{world.Title}**: {world.Description}");
        text.AppendLine();
        text.AppendLine(VerdictRules.Text).AppendLine();
        foreach (Findings part in parts)
            AppendPart(text, part);
        if (ladder is not null)
            text.Append(MarkdownLadder.Write(ladder));
        return text.ToString();
    }

    /// <summary>Returns the findings of every part, the ladder last.</summary>
    public static IReadOnlyList<Findings> All(IReadOnlyList<Findings> parts, LadderFindings? ladder) =>
        ladder is null ? parts : [.. parts, ladder.Runs];

    private static void AppendPart(StringBuilder text, Findings part)
    {
        AppendClaims(text, part);
        foreach (World world in part.Plan.Worlds)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"## {world.Title}").AppendLine();
            foreach (PaperTable table in part.Plan.Tables.Where(table => part.Rows(world, table).Count > 1))
                AppendTable(text, part, world, table);
            AppendDiagnostics(text, part, world);
        }

        AppendMissing(text, part);
    }

    private static void AppendClaims(StringBuilder text, Findings findings)
    {
        string worlds = string.Join(", ", findings.Plan.Worlds.Select(world => world.Title));
        text.AppendLine(CultureInfo.InvariantCulture, $"## Claims: {worlds}").AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"| | claim | {string.Join(" | ", findings.Plan.Worlds.Select(world => world.Title))} |"
        );
        text.AppendLine(CultureInfo.InvariantCulture, $"| ---: | --- | {string.Join(" | ", findings.Plan.Worlds.Select(_ => "---"))} |");
        foreach (IGrouping<int, ClaimFinding> claim in findings.Claims.GroupBy(claim => claim.Number))
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {claim.Key} | {claim.First().Claim.Title} | {string.Join(" | ", claim.Select(finding => finding.Text))} |"
            );
        text.AppendLine();
        foreach (IGrouping<int, ClaimFinding> claim in findings.Claims.GroupBy(claim => claim.Number))
            AppendClaim(text, [.. claim]);
    }

    private static void AppendClaim(StringBuilder text, IReadOnlyList<ClaimFinding> worlds)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"### {worlds[0].Number}. {worlds[0].Claim.Title}")
            .AppendLine()
            .AppendLine(worlds[0].Claim.Paper)
            .AppendLine();
        if (worlds.All(world => world.Verdict == Verdict.TooFewRuns))
        {
            text.AppendLine("Too few runs.").AppendLine();
            return;
        }

        text.AppendLine("| world | | than | in | expected | difference | seeds | over seeds | over images | verdict |");
        text.AppendLine("| --- | --- | --- | --- | --- | ---: | ---: | ---: | ---: | --- |");
        foreach (ClaimFinding world in worlds)
        {
            foreach (ComparisonFinding comparison in world.Comparisons)
            {
                RowComparison rows = comparison.Comparison;
                if (comparison.Difference is PairedDifference difference)
                    AppendRow(
                        text,
                        world.World.Title,
                        Cells.Row(rows.First),
                        Cells.Row(rows.Second),
                        Cells.Of(rows.Measure),
                        VerdictRules.Expected(rows.Expectation),
                        Cells.Difference(difference),
                        difference.Points.Count.ToString(CultureInfo.InvariantCulture),
                        Cells.Of(difference.BySeed),
                        Cells.Of(difference.ByImage),
                        Verdicts.Text(comparison.Verdict)
                    );
            }
        }

        text.AppendLine();
    }

    private static void AppendTable(StringBuilder text, Findings findings, World world, PaperTable table)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"### {table.Title}").AppendLine();
        AppendRows(text, findings, world, table);
    }

    /// <summary>Appends the rows of a table with their head.</summary>
    public static void AppendRows(StringBuilder text, Findings findings, World world, PaperTable table)
    {
        RunComparison? comparison = findings.Compare(world, table);
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"| | {string.Join(" | ", Columns.Select(measure => measure.Title()))} | trained | seconds | seeds |"
        );
        text.AppendLine(CultureInfo.InvariantCulture, $"| --- | {string.Join(" | ", Columns.Select(_ => "---:"))} | ---: | ---: | ---: |");
        foreach (TableRow row in findings.Rows(world, table))
        {
            MethodSummary? summary = comparison?.Methods.FirstOrDefault(method => method.Method == row.Title);
            AppendRow(text, [row.Title, .. summary is null ? [.. Columns.Select(_ => "not run"), "", "", "0"] : Values(summary)]);
        }

        text.AppendLine();
    }

    private static string[] Values(MethodSummary summary)
    {
        string trained = summary.TrainedParameters is double parameters
            ? string.Create(CultureInfo.InvariantCulture, $"{parameters:N0} ({100 * parameters / summary.Parameters:F2} %)")
            : "";
        return
        [
            .. Columns.Select(measure => Cells.Of(summary.Measures[measure])),
            trained,
            string.Create(CultureInfo.InvariantCulture, $"{summary.TrainingSeconds?.Mean:F0}"),
            string.Create(CultureInfo.InvariantCulture, $"{summary.Seeds.Length}"),
        ];
    }

    private static void AppendRow(StringBuilder text, params string[] cells) => text.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");

    private static void AppendDiagnostics(StringBuilder text, Findings findings, World world)
    {
        text.AppendLine("### Features of training and test images").AppendLine();
        text.AppendLine(
                "How much the distances of training and test images from their class mean differ, in percent: "
                    + "0 if they are distributed alike, 100 if the training images of each class are one point."
            )
            .AppendLine();
        text.AppendLine("| divergence % | many | medium | few | seeds |").AppendLine("| --- | ---: | ---: | ---: | ---: |");
        foreach (TableRow row in findings.Plan.Tables.SelectMany(table => table.Rows).Where(row => row.Diagnosed))
        {
            FeatureDiagnostic[] diagnostics = [.. findings.Diagnostics(world, row).Select(run => run.Diagnostic)];
            string cells = string.Join(
                " | ",
                ((ShotGroup[])[ShotGroup.Many, ShotGroup.Medium, ShotGroup.Few]).Select(group =>
                    diagnostics.Length == 0
                        ? "not run"
                        : Cells.Of(
                            Spread.From([
                                .. diagnostics.Select(diagnostic => 100 * diagnostic.GetDistances(group)?.Divergence).OfType<double>(),
                            ])
                        )
                )
            );
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row.Title} | {cells} | {diagnostics.Length} |");
        }

        text.AppendLine();
    }

    private static void AppendMissing(StringBuilder text, Findings findings)
    {
        if (findings.Missing.Count == 0)
            return;
        text.AppendLine(CultureInfo.InvariantCulture, $"## Not run ({findings.Missing.Count})").AppendLine();
        foreach ((PlannedRun run, string? failure) in findings.Missing)
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"- {run.World}, seed {run.Seed}, {run.Name}{(failure is null ? "" : $": failed: {failure}")}"
            );
    }
}
