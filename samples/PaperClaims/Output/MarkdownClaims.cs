using System.Globalization;
using System.Text;

namespace LiftPlus.Samples.PaperClaims;

/// <summary>The findings as Markdown.</summary>
internal static class MarkdownClaims
{
    public static string Write(Findings findings)
    {
        var text = new StringBuilder();
        RunPlan plan = findings.Plan;
        text.AppendLine("# The claims of LIFT+, one by one").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{plan.Runs.Count - findings.Missing.Count} of {plan.Runs.Count} runs, {plan.Seeds} seeds. Accuracies in percent, mean ± sample deviation over seeds.").AppendLine();
        foreach (World world in plan.Worlds)
            text.AppendLine(CultureInfo.InvariantCulture, $"- **{world.Title}**: {world.Description}");
        text.AppendLine();
        AppendClaims(text, findings);
        foreach (World world in plan.Worlds)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"## {world.Title}").AppendLine();
            foreach (PaperTable table in plan.Tables)
                AppendTable(text, findings, world, table);
        }

        AppendMissing(text, findings);
        return text.ToString();
    }

    private static void AppendClaims(StringBuilder text, Findings findings)
    {
        text.AppendLine("## Claims").AppendLine();
        text.AppendLine(VerdictRules.Text).AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"| | claim | {string.Join(" | ", findings.Plan.Worlds.Select(world => world.Title))} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| ---: | --- | {string.Join(" | ", findings.Plan.Worlds.Select(_ => "---"))} |");
        foreach (IGrouping<int, ClaimFinding> claim in findings.Claims.GroupBy(claim => claim.Number))
            text.AppendLine(CultureInfo.InvariantCulture, $"| {claim.Key} | {claim.First().Claim.Title} | {string.Join(" | ", claim.Select(finding => Verdicts.Text(finding.Verdict)))} |");
        text.AppendLine();
        foreach (IGrouping<int, ClaimFinding> claim in findings.Claims.GroupBy(claim => claim.Number))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"### {claim.Key}. {claim.First().Claim.Title}").AppendLine();
            text.AppendLine(claim.First().Claim.Paper).AppendLine();
            text.AppendLine("| world | first | second | measure | expected | first - second | verdict |");
            text.AppendLine("| --- | --- | --- | --- | --- | ---: | --- |");
            foreach (ClaimFinding finding in claim)
            {
                foreach (ComparisonFinding comparison in finding.Comparisons.Where(comparison => comparison.Verdict != Verdict.NotRun))
                {
                    RowComparison rows = comparison.Comparison;
                    text.AppendLine(CultureInfo.InvariantCulture,
                        $"| {finding.World.Title} | {Cells.Row(rows.First)} | {Cells.Row(rows.Second)} | {rows.Measure.ToString().ToLowerInvariant()} | {VerdictRules.Expected(rows.Expectation)} | {Cells.Difference(comparison.Difference)} | {Verdicts.Text(comparison.Verdict)} |");
                }
            }

            text.AppendLine();
        }
    }

    private static void AppendTable(StringBuilder text, Findings findings, World world, PaperTable table)
    {
        TableRow[] rows = [.. table.Rows.Where(row => findings.Plan.Find(world, row, 0) is not null)];
        if (rows.Length < 2)
            return;
        text.AppendLine(CultureInfo.InvariantCulture, $"### {table.Title}").AppendLine();
        text.AppendLine("| | overall | mean | many | medium | few | trained | seconds | seeds |");
        text.AppendLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (TableRow row in rows)
        {
            RunResult[] results = [.. findings.Results(world, row)];
            string cells = string.Join(" | ", Enum.GetValues<Measure>().Select(measure => results.Length == 0 ? "not run" : Cells.MeanAndDeviation(findings.Values(world, row, measure))));
            text.AppendLine(results.Length == 0
                ? $"| {row.Title} | {cells} | | | 0 |"
                : string.Create(CultureInfo.InvariantCulture,
                    $"| {row.Title} | {cells} | {results[0].TrainedParameters:N0} ({100.0 * results[0].TrainedParameters / results[0].Parameters:F2} %) | {results.Average(result => result.Seconds):F0} | {results.Length} |"));
        }

        text.AppendLine();
    }

    private static void AppendMissing(StringBuilder text, Findings findings)
    {
        if (findings.Missing.Count == 0)
            return;
        text.AppendLine(CultureInfo.InvariantCulture, $"## Not run ({findings.Missing.Count})").AppendLine();
        foreach ((PlannedRun run, string? failure) in findings.Missing)
            text.AppendLine(CultureInfo.InvariantCulture, $"- {run.World}, seed {run.Seed}, {run.Name}{(failure is null ? "" : $": failed: {failure.ReplaceLineEndings(" ")}")}");
    }
}
