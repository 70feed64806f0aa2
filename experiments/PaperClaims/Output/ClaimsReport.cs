using LiftPlus.Reports;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Writes the findings as an HTML page, as Markdown and as JSON, and the figure of the ladder as SVG.</summary>
internal static class ClaimsReport
{
    /// <param name="parts">The findings on each kind of images; each has its tables and claims.</param>
    /// <param name="ladder">The findings on foundations of several strengths; null if they are left out.</param>
    /// <param name="folder">The folder to write to.</param>
    public static void Write(IReadOnlyList<Findings> parts, LadderFindings? ladder, string folder)
    {
        Directory.CreateDirectory(folder);
        HtmlReport.Write(Path.Combine(folder, "report.html"), HtmlClaims.Content(parts, ladder));
        if (ladder is not null && HtmlLadder.Figure(ladder) is TitledIntervals figure && figure.Lines.Any(line => line.Points.Count > 0))
            File.WriteAllText(Path.Combine(folder, "ladder.svg"), IntervalFigure.Create(figure));
        File.WriteAllText(Path.Combine(folder, "report.md"), MarkdownClaims.Write(parts, ladder));
        File.WriteAllText(Path.Combine(folder, "results.json"), JsonClaims.Write(parts, ladder));
    }
}
