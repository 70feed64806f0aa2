using System.Globalization;
using System.Text;

namespace LiftPlus.Cli.Outputs;

/// <summary>Writes an audit of labels as a table or as JSON.</summary>
internal static class AuditText
{
    private const int MaxListed = 20;

    /// <summary>Returns the number of findings of each kind and the surest of them as Markdown.</summary>
    public static string Markdown(LabelAudit audit)
    {
        var text = new StringBuilder();
        Line($"| found | images |");
        Line($"| --- | ---: |");
        foreach (LabelFindingKind kind in Enum.GetValues<LabelFindingKind>())
            Line($"| {kind} | {audit.Findings.Count(finding => finding.Kind == kind):N0} |");
        foreach (IGrouping<LabelFindingKind, LabelFinding> kind in audit.Findings.GroupBy(finding => finding.Kind))
        {
            Line($"");
            Line($"**{kind.Key}**");
            Line($"");
            foreach (LabelFinding finding in kind.Take(MaxListed))
                Line($"- `{audit.Dataset[finding.Index].Name}` ({Label(audit, finding)}){Other(audit, finding)}: {finding.Score:0.000}");
            if (kind.Count() > MaxListed)
                Line($"- and {kind.Count() - MaxListed:N0} more");
        }

        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    /// <summary>Returns all findings as one JSON object.</summary>
    public static string Json(LabelAudit audit) =>
        JsonOutput.Write(
            new
            {
                Images = audit.Dataset.Count,
                Findings = audit.Findings.Select(finding => new
                {
                    finding.Kind,
                    audit.Dataset[finding.Index].Name,
                    finding.Index,
                    Class = audit.Dataset.ClassNames[finding.Label],
                    SuggestedClass = Suggested(audit, finding),
                    finding.Score,
                    CopyOf = Copied(audit, finding),
                }),
            }
        ) + Environment.NewLine;

    private static string Label(LabelAudit audit, LabelFinding finding) =>
        audit.Dataset.ClassNames[finding.Label] + (Suggested(audit, finding) is string other ? $", looks like {other}" : "");

    private static string Other(LabelAudit audit, LabelFinding finding) => Copied(audit, finding) is string name ? $" = `{name}`" : "";

    private static string? Suggested(LabelAudit audit, LabelFinding finding) =>
        finding.SuggestedLabel is int label ? audit.Dataset.ClassNames[label] : null;

    private static string? Copied(LabelAudit audit, LabelFinding finding) =>
        finding.OtherIndex is not int index ? null : (finding.Kind == LabelFindingKind.TestCopy ? audit.Test! : audit.Dataset)[index].Name;
}
