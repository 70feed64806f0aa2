namespace LiftPlus.Samples.PaperClaims;

/// <summary>Writes what was found: tables and claims as Markdown, all of it as JSON.</summary>
internal static class ClaimsReport
{
    public static void Write(Findings findings, string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "report.md"), MarkdownClaims.Write(findings));
        File.WriteAllText(Path.Combine(folder, "results.json"), JsonClaims.Write(findings));
    }
}
