using System.Text;
using System.Text.RegularExpressions;
using LiftPlus.Messages;

namespace LiftPlus.Evaluation;

/// <summary>Writes names into Markdown: a name is never markup, HTML or a link, and stays within its cell and line.</summary>
internal static partial class MarkdownText
{
    /// <summary>Returns a name for a cell, an item of a list or a sentence.</summary>
    public static string Escape(string name)
    {
        string line = OneLine(name);
        var text = new StringBuilder(line.Length);
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            text.Append(
                c switch
                {
                    '<' => "&lt;",
                    '>' => "&gt;",
                    '&' => "&amp;",
                    '\\' or '`' or '*' or '[' or ']' or '|' or '~' or '$' => $"\\{c}",
                    '_' when !IsInsideWord(line, i) => "\\_",
                    '#' or '+' or '-' or '=' when i == 0 => $"\\{c}", // a heading, a list or an underline
                    ':' when line.AsSpan(i).StartsWith("://") => "\\:", // a link without brackets
                    '.' when line.AsSpan(0, i).EndsWith("www", StringComparison.OrdinalIgnoreCase) => "\\.",
                    _ => c.ToString(),
                }
            );
        }

        return Number().Replace(text.ToString(), @"$1\$2");
    }

    /// <summary>Returns a name as code.</summary>
    public static string Code(string name)
    {
        string line = OneLine(name);
        int longest = 0,
            run = 0;
        foreach (char c in line)
            longest = Math.Max(longest, run = c == '`' ? run + 1 : 0);
        var fence = new string('`', longest + 1);
        string space = longest > 0 ? " " : "";
        return $"{fence}{space}{line}{space}{fence}";
    }

    private static string OneLine(string name) => Spaces().Replace(PlainText.Visible(name), " ").Trim();

    private static bool IsInsideWord(string line, int at) =>
        at > 0 && at < line.Length - 1 && char.IsLetterOrDigit(line[at - 1]) && char.IsLetterOrDigit(line[at + 1]);

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();

    // A list with numbers.
    [GeneratedRegex(@"^(\d{1,9})([.)])(?=\s|$)")]
    private static partial Regex Number();
}
