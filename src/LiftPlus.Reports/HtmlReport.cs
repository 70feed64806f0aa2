using System.ComponentModel.DataAnnotations;
using LiftPlus.Files;

namespace LiftPlus.Reports;

/// <summary>
/// Creates a report as a single HTML file that works offline, on light and dark screens and on phones. Charts (SVG) and images are part of
/// the file, which has no scripts and makes no network requests.
/// </summary>
public static class HtmlReport
{
    /// <summary>Creates the page as a string.</summary>
    /// <param name="content">The contents of the page.</param>
    /// <exception cref="LiftPlusException">A setting is out of range.</exception>
    public static string Create(HtmlReportContent content)
    {
        List<ValidationResult> faults = [];
        if (!Validator.TryValidateObject(content, new ValidationContext(content), faults, validateAllProperties: true))
            throw new LiftPlusException($"The report has invalid settings: {string.Join(" ", faults.Select(fault => fault.ErrorMessage))}");
        var page = new Page(content.Title);
        var thumbnails = new ThumbnailBudget(content);
        SummarySection.Write(page, content);
        foreach (TitledIntervals intervals in content.Intervals)
            IntervalSection.Write(page, intervals);
        foreach (TitledTable table in content.Tables)
        {
            page.Section(table.Title, table.Text);
            page.Table(table.Title, table.Columns, table.Rows, table.TextColumns);
        }

        if (content.Evaluation is EvaluationReport report)
        {
            GroupSection.Write(page, report);
            LongTailSection.Write(page, report);
            MistakesSection.Write(page, report, content, thumbnails);
            CalibrationSection.Write(page, report);
        }

        if (content.Policy is PolicyReport policy)
            PolicySection.Write(page, policy);
        if (content.Audit is LabelAudit audit)
            AuditSection.Write(page, audit, thumbnails);

        TrainingSection.Write(page, content.Trainings);
        foreach (TitledComparison comparison in content.Comparisons)
            ComparisonSection.Write(page, comparison);
        if (content.Diagnostics.Count > 0)
            DiagnosticSection.Write(page, content.Diagnostics);
        if (content.Evaluation is EvaluationReport evaluation)
        {
            ClassSection.Write(page, evaluation);
            OriginSection.Write(page, evaluation);
        }

        return page.ToString();
    }

    /// <summary>Writes the page to a file atomically and creates missing folders.</summary>
    /// <param name="path">The file to write or replace.</param>
    /// <param name="content">The contents of the page.</param>
    /// <exception cref="LiftPlusException">The file cannot be written, or a setting is out of range.</exception>
    public static void Write(string path, HtmlReportContent content)
    {
        string page = Create(content);
        try
        {
            Disk.Current.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException($"{path}: the report's folder cannot be written ({e.Message}). Choose another place.", e);
        }

        WholeFile.WriteText(path, page);
    }
}
