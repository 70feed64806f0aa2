namespace LiftPlus.Reports;

/// <summary>Writes the comparison of methods.</summary>
internal static class ComparisonSection
{
    private const int MaxNamed = 6,
        MaxNameLength = 24; // on a chart

    private static readonly ReportMeasure[] s_columns =
    [
        ReportMeasure.Overall,
        ReportMeasure.MeanClass,
        ReportMeasure.Many,
        ReportMeasure.Medium,
        ReportMeasure.Few,
        ReportMeasure.MacroF1,
        ReportMeasure.CalibrationError,
    ];

    public static void Write(Page page, TitledComparison titled)
    {
        RunComparison comparison = titled.Comparison;
        page.Section(titled.Title, titled.Text);
        bool seeds = comparison.Methods.Any(method => method.Seeds.Length > 1);
        page.Table(
            seeds ? "Mean ± standard deviation over seeds, %" : "Results of one seed, %",
            [
                "method",
                "#",
                "seeds",
                .. s_columns.Select(measure => measure.Title()),
                "trained parameters",
                "% of all",
                "training time",
                "test time",
            ],
            comparison.Methods.Select(
                (method, i) =>
                    (string[])
                        [
                            method.Method,
                            $"{i + 1}",
                            $"{method.Seeds.Length}",
                            .. s_columns.Select(measure => PageText.Percent(method.Measures[measure])),
                            PageText.Count(method.TrainedParameters),
                            PageText.Number(100 * method.TrainedParameters / method.Parameters, "0.00"),
                            PageText.Seconds(method.TrainingSeconds?.Mean),
                            PageText.Seconds(method.EvaluationSeconds.Mean),
                        ]
            )
        );
        Cost(page, comparison, "trained parameters", method => method.TrainedParameters);
        Cost(page, comparison, "training seconds", method => method.TrainingSeconds?.Mean ?? (method.TrainedParameters == 0 ? 0 : null));
        Differences(page, comparison);
    }

    private static void Cost(Page page, RunComparison comparison, string name, Func<MethodSummary, double?> cost)
    {
        (int Number, double Cost, Spread Accuracy)[] methods =
        [
            .. comparison
                .Methods.Index()
                .Where(entry => cost(entry.Item) is not null && entry.Item.Measures[ReportMeasure.MeanClass] is not null)
                .Select(entry => (entry.Index + 1, cost(entry.Item)!.Value, entry.Item.Measures[ReportMeasure.MeanClass]!)),
        ];
        if (methods.Length < 2)
            return;
        string Method(int number) => comparison.Methods[number - 1].Method;
        page.Chart(
            $"Mean accuracy against {name} (log scale). Numbers refer to the methods in the table."
                + (methods.Any(method => method.Cost == 0) ? " Methods without cost are at the left edge." : ""),
            $"Mean accuracy against {name}: "
                + string.Join(
                    "; ",
                    methods.Select(method =>
                        $"{Method(method.Number)} {PageText.Percent(method.Accuracy.Mean)} percent "
                        + $"at {PageText.Number(method.Cost, "#,0.#")}"
                    )
                )
                + ".",
            size =>
                CostChart.Draw(
                    name,
                    [
                        .. methods.Select(method =>
                            (
                                size == ChartSize.Wide && methods.Length <= MaxNamed
                                    ? PageText.Short(Method(method.Number), MaxNameLength)
                                    : $"{method.Number}",
                                method.Cost,
                                method.Accuracy
                            )
                        ),
                    ]
                ),
            () =>
                page.Table(
                    $"Mean accuracy and {name}",
                    ["method", name, "mean accuracy %"],
                    methods.Select(method =>
                        (string[])[Method(method.Number), PageText.Number(method.Cost, "#,0.#"), PageText.Percent(method.Accuracy)]
                    )
                )
        );
    }

    private static void Differences(Page page, RunComparison comparison)
    {
        MethodDifference[] differences = [.. comparison.Differences.Where(difference => s_columns.Contains(difference.Measure))];
        if (differences.Length == 0)
            return;
        page.Table(
            $"Differences from {comparison.Reference} in percentage points, with {100 * comparison.Level:0.#} % intervals",
            ["method", "measure", "verdict", "difference", "over seeds", "over test images"],
            differences.Select(difference =>
                (string[])
                    [
                        difference.Method,
                        difference.Measure.Title(),
                        Verdict(difference),
                        PageText.Number(difference.Points.Mean, "+0.0;-0.0;0.0"),
                        PageText.Range(difference.BySeed),
                        PageText.Range(difference.ByImage),
                    ]
            ),
            textColumns: 3
        );
        page.Details("The differences in words", () => page.List(differences.Select(difference => difference.ToSentence())));
        page.Paragraph(
            "A difference is outside the noise only if all its intervals exclude zero. "
                + "Between methods that do not differ, about 5 % of differences are outside the noise by chance.",
            "soft"
        );
    }

    private static string Verdict(MethodDifference difference) =>
        difference.IsOutsideNoise switch
        {
            null => "unknown",
            true => difference.BySeed is null ? "outside the noise of the images" : "outside the noise",
            false => "inside the noise",
        };
}
