using System.Globalization;
using System.Text;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Writes the ladder of foundations as Markdown.</summary>
internal static class MarkdownLadder
{
    public static string Write(LadderFindings ladder)
    {
        var text = new StringBuilder();
        if (ladder.Rungs.Count == 0)
            return "";
        text.AppendLine(CultureInfo.InvariantCulture, $"## {LadderText.Title}").AppendLine();
        text.AppendLine(MarkdownClaims.Introduction([ladder.Runs])).AppendLine();
        text.AppendLine(LadderText.Explanation).AppendLine();
        foreach (string verdict in LadderText.Verdicts(ladder))
            text.AppendLine(CultureInfo.InvariantCulture, $"- {verdict}");
        text.AppendLine();
        text.Append("| ").AppendJoin(" | ", LadderText.Columns).AppendLine(" |");
        text.Append("| --- |").Insert(text.Length, " ---: |", LadderText.Columns.Count - 1).AppendLine();
        foreach (Rung rung in ladder.Rungs)
            text.Append("| ").AppendJoin(" | ", LadderText.Cells(rung)).AppendLine(" |");
        text.AppendLine();
        foreach (Rung rung in ladder.Rungs)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"### Foundation: {rung.World.Title}").AppendLine();
            text.AppendLine(rung.World.Description).AppendLine();
            MarkdownClaims.AppendRows(text, ladder.Runs, rung.World, LadderTable.Table);
        }

        return text.ToString();
    }
}
