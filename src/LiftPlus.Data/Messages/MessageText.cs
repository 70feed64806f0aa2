namespace LiftPlus.Messages;

/// <summary>Writes lists and long texts so that they fit into a message.</summary>
internal static class MessageText
{
    private const int LongestItem = 500;

    /// <summary>Joins the first items, with commas by default, followed by "..." if there are more. Very long ones are cut.</summary>
    public static string First<T>(IEnumerable<T> items, int count, string separator = ", ")
    {
        T[] first = [.. items.Take(count + 1)];
        return string.Join(separator, first.Take(count).Select(item => Shorten($"{item}", LongestItem)))
            + (first.Length > count ? separator + "..." : "");
    }

    /// <summary>Joins the first items, followed by "and 3 more" if there are 3 more.</summary>
    public static string FirstAndRest<T>(IReadOnlyCollection<T> items, int count, string separator = ", ") =>
        string.Join(separator, items.Take(count).Select(item => Shorten($"{item}", LongestItem)))
        + (items.Count > count ? $"{separator.TrimStart(',')}and {items.Count - count} more" : "");

    /// <summary>Cuts a text after a number of characters and marks the cut with "...".</summary>
    public static string Shorten(string text, int length = 60) => text.Length > length ? text[..length] + "..." : text;
}
