using System.Globalization;
using System.Text;
using LiftPlus.Data;
using LiftPlus.Metrics;

namespace LiftPlus.Evaluation;

/// <summary>Writes reports as Markdown.</summary>
internal static class MarkdownReport
{
    private const int MostListed = 20,
        MostPairs = 10;

    public static string Write(EvaluationReport report)
    {
        var text = new StringBuilder();
        ClassificationMetrics metrics = report.Metrics;
        text.AppendLine("| accuracy % | overall | mean | many | medium | few |");
        text.AppendLine("| --- | ---: | ---: | ---: | ---: | ---: |");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"| {metrics.Count} images | {Cell(metrics.Overall)} | {Cell(metrics.MeanClass)} | {Cell(metrics.Many)} | "
                + $"{Cell(metrics.Medium)} | {Cell(metrics.Few)} |"
        );
        if (report.GetIntervals() is AccuracyIntervals intervals)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {100 * intervals.Level:0.#} % interval | {Cell(intervals.Overall)} | {Cell(intervals.MeanClass)} | "
                    + $"{Cell(intervals.Many)} | {Cell(intervals.Medium)} | {Cell(intervals.Few)} |"
            );
        }

        text.AppendLine()
            .AppendLine(
                CultureInfo.InvariantCulture,
                $"Top-5 {Cell(metrics.Top5)}, harmonic mean {Cell(metrics.HarmonicMean)}, macro-F1 {Cell(metrics.MacroF1)}, "
                    + $"expected calibration error {Cell(report.GetCalibration()?.Error)}. "
                    + $"Worst class: {Name(report, metrics.WorstClass)}, {Cell(metrics.Worst)}; "
                    + $"{metrics.ClassesNeverRight} classes are never right."
            );
        AppendPairs(text, report);
        AppendSkipped(text, report.SkippedImages);
        return text.ToString();
    }

    private static void AppendPairs(StringBuilder text, EvaluationReport report)
    {
        var pairs = report.GetConfusedPairs(MostPairs);
        if (pairs.IsEmpty)
            return;
        text.AppendLine().AppendLine("| most confused | taken for | images | % of the class |").AppendLine("| --- | --- | ---: | ---: |");
        foreach (ConfusedPair pair in pairs)
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {Name(report, pair.Label)} | {Name(report, pair.Predicted)} | {pair.Count} | {Cell(pair.Share)} |"
            );
    }

    private static void AppendSkipped(StringBuilder text, IReadOnlyList<UnreadableImage> skipped)
    {
        if (skipped.Count == 0)
            return;
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Left out because they cannot be read ({skipped.Count}):").AppendLine();
        foreach (UnreadableImage image in skipped.Take(MostListed))
            text.AppendLine(CultureInfo.InvariantCulture, $"- {MarkdownText.Code(image.Name)}: {MarkdownText.Escape(image.Reason)}");
        if (skipped.Count > MostListed)
            text.AppendLine(CultureInfo.InvariantCulture, $"- and {skipped.Count - MostListed} more");
    }

    private static string Name(EvaluationReport report, int label) => MarkdownText.Escape(report.Classes.Names[label]);

    private static string Cell(double? percent) => percent?.ToString("F1", CultureInfo.InvariantCulture) ?? "n/a";

    private static string Cell(Interval? interval) =>
        interval is Interval range ? string.Create(CultureInfo.InvariantCulture, $"{range.Low:F1} to {range.High:F1}") : "n/a";
}
