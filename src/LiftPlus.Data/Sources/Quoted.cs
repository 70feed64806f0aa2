using System.Text;

namespace LiftPlus.Data;

/// <summary>Reads texts in quotes. Inside, the quote is written twice.</summary>
internal static class Quoted
{
    /// <summary>Reads a text that begins with a quote.</summary>
    /// <param name="line">The line.</param>
    /// <param name="at">The position of the quote; afterwards, the position after the quote that ends the text.</param>
    /// <param name="next">Returns the next line, for a text that continues there; null if there is none.</param>
    /// <returns>The text without quotes; null if it does not end.</returns>
    public static string? Read(ref string line, ref int at, Func<string?>? next = null)
    {
        char quote = line[at++];
        var text = new StringBuilder();
        while (true)
        {
            int end = line.IndexOf(quote, at);
            if (end < 0)
            {
                text.Append(line, at, line.Length - at).Append('\n');
                if (next?.Invoke() is not string more)
                    return null;
                (line, at) = (more, 0);
                continue;
            }

            text.Append(line, at, end - at);
            at = end + 1;
            if (at == line.Length || line[at] != quote)
                return text.ToString();
            text.Append(line[at++]);
        }
    }

    /// <summary>Returns a text without the quotes around it, if it has any.</summary>
    public static string Strip(string text)
    {
        int at = 0;
        return text is ['"' or '\'', _, ..] && Read(ref text, ref at) is string inner && at == text.Length ? inner : text;
    }
}
