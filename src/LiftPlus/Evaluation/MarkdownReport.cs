using System.Globalization;
using System.Text;

namespace LiftPlus;

/// <summary>Reports as Markdown.</summary>
internal static class MarkdownReport
{
    public static string Write(EvaluationReport report)
    {
        var text = new StringBuilder();
        text.AppendLine("| accuracy % | overall | mean | many | medium | few |");
        text.AppendLine("| --- | ---: | ---: | ---: | ---: | ---: |");
        text.AppendLine(CultureInfo.InvariantCulture,
            $"| {report.Metrics.Count} images | {Cell(report.Metrics.Overall)} | {Cell(report.Metrics.MeanClass)} | {Cell(report.Metrics.Many)} | {Cell(report.Metrics.Medium)} | {Cell(report.Metrics.Few)} |");
        return text.ToString();
    }

    private static string Cell(double? percent) => percent?.ToString("F1", CultureInfo.InvariantCulture) ?? "n/a";
}
