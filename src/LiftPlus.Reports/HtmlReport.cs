using System.ComponentModel.DataAnnotations;
using LiftPlus.Files;

namespace LiftPlus.Reports;

/// <summary>
/// Writes a page that opens offline: one HTML file with charts as SVG and images inside, for light and dark screens and for phones, without scripts and
/// without a single request.
/// </summary>
public static class HtmlReport
{
    /// <summary>The page as text.</summary>
    /// <param name="content">What goes into it.</param>
    /// <exception cref="LiftPlusException">A setting is out of its range.</exception>
    public static string Create(HtmlReportContent content)
    {
        List<ValidationResult> faults = [];
        if (!Validator.TryValidateObject(content, new ValidationContext(content), faults, validateAllProperties: true))
            throw new LiftPlusException($"The report's settings: {string.Join(" ", faults.Select(fault => fault.ErrorMessage))}");
        var page = new Page(content.Title);
        SummarySection.Write(page, content);
        foreach (TitledTable table in content.Tables)
        {
            page.Section(table.Title, table.Text);
            page.Table(table.Title, table.Columns, table.Rows, table.TextColumns);
        }

        if (content.Evaluation is EvaluationReport report)
        {
            GroupSection.Write(page, report);
            LongTailSection.Write(page, report);
            MistakesSection.Write(page, report, content);
            CalibrationSection.Write(page, report);
        }

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

    /// <summary>Writes the page to a file, whole or not at all; folders are made.</summary>
    /// <param name="path">The file; replaced if it is there.</param>
    /// <param name="content">What goes into it.</param>
    /// <exception cref="LiftPlusException">The file cannot be written, or a setting is out of its range.</exception>
    public static void Write(string path, HtmlReportContent content)
    {
        string page = Create(content);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException($"{path}: the report's folder cannot be written ({e.Message}). Choose another place.", e);
        }

        WholeFile.WriteText(path, page);
    }
}
