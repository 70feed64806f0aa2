using LiftPlus.Metrics;
using OxyPlot;

namespace LiftPlus.Reports;

/// <summary>Writes the accuracy of each group, with intervals.</summary>
internal static class GroupSection
{
    private const int MaxNameLength = 60;

    public static void Write(Page page, EvaluationReport report)
    {
        AccuracyIntervals? intervals = report.GetIntervals();
        ClassificationMetrics metrics = report.Metrics;
        (string Name, double? Value, Interval? Interval, OxyColor Color)[] all =
        [
            ("overall", metrics.Overall, intervals?.Overall, ChartColors.Soft),
            ("mean", metrics.MeanClass, intervals?.MeanClass, ChartColors.Soft),
            .. Enum.GetValues<ShotGroup>()
                .Select(group => (PageText.Of(group), metrics.Get(group), intervals?.Get(group), ChartColors.Of(group))),
        ];
        (string, double, Interval?, OxyColor)[] bars =
        [
            .. all.Where(bar => bar.Value is not null).Select(bar => (bar.Name, bar.Value!.Value, bar.Interval, bar.Color)),
        ];
        page.Section(
            "Head and tail",
            "Many-shot classes have more than 100 training images, medium-shot classes 20 to 100, few-shot classes fewer than 20."
        );
        page.Chart(
            "Accuracy with confidence intervals.",
            $"Bars of accuracy: {string.Join(", ", all.Select(bar => $"{bar.Name} {PageText.Percent(bar.Value)}"))} percent.",
            _ => GroupChart.Draw(bars),
            () =>
                page.Table(
                    "Accuracy, %",
                    ["", "accuracy", "interval"],
                    all.Select(bar => (string[])[bar.Name, PageText.Percent(bar.Value), PageText.Range(bar.Interval)])
                )
        );
        page.Table(
            "Other measures, %",
            ["measure", "meaning", "value"],
            [
                ["top-5", "the class is among the five most likely", PageText.Percent(metrics.Top5)],
                ["harmonic mean", "of the class accuracies; 0 if a class is never predicted right", PageText.Percent(metrics.HarmonicMean)],
                ["macro-F1", "mean over classes of F1, which also counts false positives", PageText.Percent(metrics.MacroF1)],
                ["worst class", PageText.Short(report.Classes.Names[metrics.WorstClass], MaxNameLength), PageText.Percent(metrics.Worst)],
                ["calibration error", "mean gap between confidence and accuracy", PageText.Percent(report.GetCalibration()?.Error)],
            ],
            textColumns: 2
        );
    }
}
