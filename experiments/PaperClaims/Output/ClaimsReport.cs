using LiftPlus.Reports;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Writes the findings as an HTML page, as Markdown and as JSON.</summary>
internal static class ClaimsReport
{
    public static void Write(Findings findings, LadderFindings ladder, string folder)
    {
        Directory.CreateDirectory(folder);
        HtmlReport.Write(Path.Combine(folder, "report.html"), HtmlClaims.Content(findings, ladder));
        File.WriteAllText(Path.Combine(folder, "report.md"), MarkdownClaims.Write(findings) + MarkdownLadder.Write(ladder));
        File.WriteAllText(Path.Combine(folder, "results.json"), JsonClaims.Write(findings, ladder));
    }
}
