using LiftPlus.Reports;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Writes the findings as an HTML page.</summary>
internal static class HtmlClaims
{
    public static HtmlReportContent Content(IReadOnlyList<Findings> parts, LadderFindings? ladder) =>
        new()
        {
            Title = "The claims of LIFT+, one by one",
            Introduction =
            [
                $"{MarkdownClaims.Introduction(MarkdownClaims.All(parts, ladder))} In the list, ± is half of the wider 95 % interval.",
                .. parts.SelectMany(part => part.Plan.Worlds).Select(world => $"{world.Title}: {world.Description}"),
            ],
            Tables =
            [
                .. parts.SelectMany(part => (TitledTable[])[Claims(part), .. Evidence(part)]),
                .. ladder is null ? [] : (TitledTable[])[HtmlLadder.Table(ladder)],
                .. MarkdownClaims.All(parts, ladder).SelectMany(Missing),
            ],
            Intervals = ladder is null ? [] : [HtmlLadder.Figure(ladder)],
            Comparisons = [.. ladder is null ? [] : HtmlLadder.Comparisons(ladder), .. parts.SelectMany(Comparisons)],
            Trainings =
            [
                .. from part in parts
                from world in part.Plan.Worlds
                from row in Diagnosed(part)
                from training in part.Trainings(world, row).Take(1)
                select new TitledTraining($"{world.Title}: {row.Title}", training),
            ],
            Diagnostics =
            [
                .. from part in parts
                from world in part.Plan.Worlds
                from row in Diagnosed(part)
                from run in part.Diagnostics(world, row).Take(1)
                select new TitledDiagnostic($"{world.Title}: {row.Title}", run.Diagnostic),
            ],
        };

    private static IEnumerable<TableRow> Diagnosed(Findings part) =>
        part.Plan.Tables.SelectMany(table => table.Rows).Where(row => row.Diagnosed);

    private static IEnumerable<TitledComparison> Comparisons(Findings part) =>
        from world in part.Plan.Worlds
        from table in part.Plan.Tables
        where part.Rows(world, table).Count > 1
        let comparison = part.Compare(world, table)
        where comparison is not null
        select new TitledComparison($"{world.Title}: {table.Title}", comparison, NotRun(part, world, table, comparison));

    private static TitledTable Claims(Findings findings) =>
        new(
            $"Claims: {string.Join(", ", findings.Plan.Worlds.Select(world => world.Title))}",
            ["", .. findings.Plan.Worlds.Select(world => world.Title)],
            [
                .. findings
                    .Claims.GroupBy(claim => claim.Number)
                    .Select(claim =>
                        (string[])
                            [
                                $"{claim.Key}. {claim.First().Claim.Title}: {claim.First().Claim.Paper}",
                                .. claim.Select(finding => finding.Text),
                            ]
                    ),
            ]
        )
        {
            Text = VerdictRules.Text,
            TextColumns = 1 + findings.Plan.Worlds.Count,
        };

    private static IEnumerable<TitledTable> Evidence(Findings findings) =>
        from claim in findings.Claims
        where claim.Verdict != Verdict.TooFewRuns
        group claim by claim.World into world
        select new TitledTable(
            $"Comparisons behind the claims: {world.Key.Title}",
            ["", "verdict", "expected", "difference", "seeds", "over seeds", "over images"],
            [
                .. from claim in world
                from comparison in claim.Comparisons
                let rows = comparison.Comparison
                let difference = comparison.Difference
                where difference is not null
                select (string[])
                    [
                        $"{claim.Number}. {Cells.Row(rows.First)} against {Cells.Row(rows.Second)}, {Cells.Of(rows.Measure)}",
                        Verdicts.Text(comparison.Verdict),
                        VerdictRules.Expected(rows.Expectation),
                        Cells.Difference(difference),
                        $"{difference.Points.Count}",
                        Cells.Of(difference.BySeed),
                        Cells.Of(difference.ByImage),
                    ],
            ]
        )
        {
            TextColumns = 3,
        };

    private static IEnumerable<TitledTable> Missing(Findings findings) =>
        findings.Missing.Count == 0
            ? []
            :
            [
                new TitledTable(
                    "Not run",
                    ["run", "seeds", "why"],
                    [
                        .. findings
                            .Missing.GroupBy(missing => (missing.Run.World, missing.Run.Name, missing.Failure))
                            .Select(runs =>
                                (string[])
                                    [
                                        $"{runs.Key.World}: {runs.Key.Name}",
                                        string.Join(", ", runs.Select(missing => missing.Run.Seed)),
                                        runs.Key.Failure ?? "out of time",
                                    ]
                            ),
                    ]
                )
                {
                    TextColumns = 3,
                },
            ];

    private static string? NotRun(Findings findings, World world, PaperTable table, RunComparison comparison)
    {
        string[] rows =
        [
            .. findings.Rows(world, table).Select(row => row.Title).Except(comparison.Methods.Select(method => method.Method)),
        ];
        return rows.Length == 0 ? null : $"Not run: {string.Join("; ", rows)}.";
    }
}
