using LiftPlus.Reports;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Writes the findings as an HTML page.</summary>
internal static class HtmlClaims
{
    public static HtmlReportContent Content(Findings findings, LadderFindings ladder)
    {
        RunPlan plan = findings.Plan;
        TableRow[] diagnosed = [.. plan.Tables.SelectMany(table => table.Rows).Where(row => row.Diagnosed)];
        return new HtmlReportContent
        {
            Title = "The claims of LIFT+, one by one",
            Introduction = [MarkdownClaims.Introduction(findings), .. plan.Worlds.Select(world => $"{world.Title}: {world.Description}")],
            Tables = [Claims(findings), .. Evidence(findings), HtmlLadder.Table(ladder), .. Missing(findings), .. Missing(ladder.Runs)],
            Intervals = [HtmlLadder.Figure(ladder)],
            Comparisons =
            [
                .. HtmlLadder.Comparisons(ladder),
                .. from world in plan.Worlds
                from table in plan.Tables
                where findings.Rows(world, table).Count > 1
                let comparison = findings.Compare(world, table)
                where comparison is not null
                select new TitledComparison($"{world.Title}: {table.Title}", comparison, NotRun(findings, world, table, comparison)),
            ],
            Trainings =
            [
                .. diagnosed.SelectMany(row =>
                    findings.Trainings(plan.Worlds[0], row).Take(1).Select(training => new TitledTraining(row.Title, training))
                ),
            ],
            Diagnostics =
            [
                .. diagnosed.SelectMany(row =>
                    findings.Diagnostics(plan.Worlds[0], row).Take(1).Select(run => new TitledDiagnostic(row.Title, run.Diagnostic))
                ),
            ],
        };
    }

    private static TitledTable Claims(Findings findings) =>
        new(
            "Claims",
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
