using System.Globalization;
using System.Text;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Reports as Markdown.</summary>
internal static class MarkdownReport
{
    private const int MostListed = 20;

    public static string Write(EvaluationReport report)
    {
        var text = new StringBuilder();
        text.AppendLine("| accuracy % | overall | mean | many | medium | few |");
        text.AppendLine("| --- | ---: | ---: | ---: | ---: | ---: |");
        text.AppendLine(CultureInfo.InvariantCulture,
            $"| {report.Metrics.Count} images | {Cell(report.Metrics.Overall)} | {Cell(report.Metrics.MeanClass)} | {Cell(report.Metrics.Many)} | {Cell(report.Metrics.Medium)} | {Cell(report.Metrics.Few)} |");
        AppendSkipped(text, report.SkippedPictures);
        return text.ToString();
    }

    private static void AppendSkipped(StringBuilder text, IReadOnlyList<UnreadablePicture> skipped)
    {
        if (skipped.Count == 0)
            return;
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Left out because they cannot be read ({skipped.Count}):").AppendLine();
        foreach (UnreadablePicture picture in skipped.Take(MostListed))
            text.AppendLine(CultureInfo.InvariantCulture, $"- `{picture.Path}`: {picture.Reason}");
        if (skipped.Count > MostListed)
            text.AppendLine(CultureInfo.InvariantCulture, $"- and {skipped.Count - MostListed} more");
    }

    private static string Cell(double? percent) => percent?.ToString("F1", CultureInfo.InvariantCulture) ?? "n/a";
}
