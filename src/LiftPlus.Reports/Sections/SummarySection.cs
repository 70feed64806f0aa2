using LiftPlus.Metrics;

namespace LiftPlus.Reports;

/// <summary>Writes the main results, in words and a few figures.</summary>
internal static class SummarySection
{
    private const int MaxNameLength = 60;

    public static void Write(Page page, HtmlReportContent content)
    {
        foreach (string paragraph in content.Introduction)
            page.Paragraph(paragraph, "lead");
        if (content.Evaluation is EvaluationReport report)
        {
            page.Paragraph(Words(report), "lead");
            Figures(page, report);
        }

        // The same names may stand for other runs in another comparison.
        bool isTitled = content.Comparisons.Count > 1;
        string[] differences =
        [
            .. content
                .Comparisons.SelectMany(comparison =>
                    Differences(comparison.Comparison).Select(text => isTitled ? $"{comparison.Title}: {text}" : text)
                )
                .Take(8),
        ];
        if (differences.Length > 0)
            page.List(differences);
    }

    private static string Words(EvaluationReport report)
    {
        ClassificationMetrics metrics = report.Metrics;
        string text =
            $"The model classifies {PageText.Percent(metrics.Overall)} % of {PageText.Count(metrics.Count)} test images in "
            + $"{PageText.Count(metrics.PerClass.Count(accuracy => accuracy is not null))} classes correctly. ";
        if (metrics is { Many: double many, Few: double few })
        {
            double behind = many - few;
            text +=
                $"Classes with more than 100 training images reach {PageText.Percent(many)} %, those with fewer than 20 reach "
                + $"{PageText.Percent(few)} %: the tail is {PageText.Percent(Math.Abs(behind))} points "
                + $"{(behind >= 0 ? "behind" : "ahead of")} the head. ";
        }

        text +=
            metrics.ClassesNeverRight == 0
                ? $"The worst class is {PageText.Short(report.Classes.Names[metrics.WorstClass], MaxNameLength)} "
                    + $"with {PageText.Percent(metrics.Worst)} %."
                : $"{Classes(metrics.ClassesNeverRight)} never predicted correctly.";
        if (report.GetCalibration() is Calibration calibration)
        {
            text +=
                Math.Abs(calibration.Overconfidence) < 1
                    ? " On average, its confidence matches its accuracy."
                    : $" On average, its confidence is {PageText.Percent(Math.Abs(calibration.Overconfidence))} points "
                        + $"{(calibration.Overconfidence > 0 ? "above" : "below")} its accuracy.";
        }

        return text;
    }

    private static string Classes(int count) => count == 1 ? "One class is" : $"{PageText.Count(count)} classes are";

    private static void Figures(Page page, EvaluationReport report)
    {
        AccuracyIntervals? intervals = report.GetIntervals();
        (string, string, string, string) Figure(string name, double? value, Interval? interval, string kind = "") =>
            (
                name,
                value is null ? "n/a" : $"{PageText.Percent(value)} %",
                value is null ? "no such classes"
                : interval is null ? ""
                : PageText.Range(interval),
                kind
            );
        ClassificationMetrics metrics = report.Metrics;
        page.Figures([
            Figure("overall", metrics.Overall, intervals?.Overall),
            Figure("mean over classes", metrics.MeanClass, intervals?.MeanClass),
            Figure("many-shot", metrics.Many, intervals?.Many, "many"),
            Figure("medium-shot", metrics.Medium, intervals?.Medium, "medium"),
            Figure("few-shot", metrics.Few, intervals?.Few, "few"),
        ]);
        if (intervals is not null)
            page.Paragraph(
                $"Below each figure is its {100 * intervals.Level:0.#} % interval: how much it may vary with other test images of the same "
                    + "classes. It does not cover the randomness of training; train with several seeds to measure that.",
                "soft"
            );
    }

    // Shows the differences in the tail, or in the mean for a dataset without a tail.
    private static IEnumerable<string> Differences(RunComparison comparison)
    {
        ReportMeasure measure = comparison.Differences.Any(difference => difference.Measure == ReportMeasure.Few)
            ? ReportMeasure.Few
            : ReportMeasure.MeanClass;
        return comparison.Differences.Where(difference => difference.Measure == measure).Select(difference => difference.ToSentence());
    }
}
