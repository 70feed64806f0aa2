using System.Collections.Immutable;

namespace LiftPlus.Reports;

/// <summary>Writes what the decisions on top of the scores promise, and what they do.</summary>
internal static class PolicySection
{
    public static void Write(Page page, PolicyReport report)
    {
        PredictionPolicyOptions options = report.Policy.Options;
        page.Section(
            "Decisions",
            $"Sets of classes have the true class for {PageText.Percent(100 * options.Coverage)} % of the images, and "
                + $"{PageText.Percent(100 * options.FalseAlarms)} % of them are called unknown, for images like those of validation. "
                + "Temperatures make confidence and accuracy agree."
        );
        page.Table(
            "Calibration error in percentage points, coverage and false alarms in %",
            ["", "images", "error before", "error after", "coverage", "classes in a set", "false alarms"],
            report.Groups.Select(Row)
        );
        page.Table(
            "All images",
            ["measure", "value"],
            [
                ["mean coverage of classes, %", PageText.Percent(report.MeanClassCoverage)],
                ["temperature", PageText.Number(report.Policy.Temperature)],
                .. report.Policy.Prior is ImmutableArray<double>
                    ? (string[][])
                        [
                            ["accuracy for the model's own mix of classes, %", PageText.Percent(report.AccuracyBefore)],
                            ["accuracy for the mix of the policy, %", PageText.Percent(report.AccuracyAfter)],
                        ]
                    : [],
                .. report.UnknownImages > 0
                    ? (string[][])
                        [
                            ["images that show none of the classes", PageText.Count(report.UnknownImages)],
                            [$"area under the ROC curve, {options.UnknownMeasure}", PageText.Number(report.UnknownArea)],
                            ["area under the ROC curve, maximum softmax", PageText.Number(report.BaselineArea)],
                            ["found, %", PageText.Percent(report.UnknownFound)],
                        ]
                    : [],
            ]
        );
    }

    private static string[] Row(PolicyGroup row) =>
        [
            row.Group is ShotGroup group ? $"{PageText.Of(group)}-shot classes" : "all classes",
            PageText.Count(row.Images),
            PageText.Percent(row.ErrorBefore),
            PageText.Percent(row.ErrorAfter),
            PageText.Percent(row.Coverage),
            PageText.Number(row.SetSize, "0.00"),
            PageText.Percent(row.FalseAlarms),
        ];
}
