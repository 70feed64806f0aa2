using System.Globalization;
using System.Net;
using LiftPlus.Messages;
using LiftPlus.Metrics;

namespace LiftPlus.Reports;

/// <summary>Formats text and numbers for the page.</summary>
internal static class PageText
{
    /// <summary>Returns text as HTML, in which percent signs stay with their numbers.</summary>
    public static string Escape(string? text) => WebUtility.HtmlEncode(Clean(text).Replace(" %", "\u00a0%", StringComparison.Ordinal));

    /// <summary>Replaces what HTML and XML do not allow, and what would change how the text around it shows. Lines and tabs stay.</summary>
    public static string Clean(string? text) => PlainText.Visible(text, keepLines: true);

    /// <summary>Shortens text, such as a name on a chart, to one line with a maximum number of characters.</summary>
    public static string Short(string? text, int maxLength)
    {
        string clean = PlainText.Visible(text);
        return clean.Length <= maxLength ? clean : string.Concat(clean.EnumerateRunes().Take(maxLength - 1)) + "…";
    }

    public static string Percent(double? value) => value is double number ? number.ToString("F1", CultureInfo.InvariantCulture) : "n/a";

    public static string Percent(Spread? spread) =>
        spread is null ? "n/a" : Percent(spread.Mean) + (spread.Deviation is double deviation ? $" ± {Percent(deviation)}" : "");

    public static string Range(Interval? interval) => interval is Interval range ? $"{Percent(range.Low)} to {Percent(range.High)}" : "n/a";

    public static string Count(double? value) => value is double number ? number.ToString("N0", CultureInfo.InvariantCulture) : "n/a";

    public static string Number(double? value, string format = "0.###") =>
        value is double number ? number.ToString(format, CultureInfo.InvariantCulture) : "n/a";

    public static string Seconds(double? seconds) =>
        seconds switch
        {
            null => "n/a",
            < 100 => $"{Number(seconds, "0.0")} s",
            < 6000 => $"{Number(seconds / 60, "0.0")} min",
            _ => $"{Number(seconds / 3600, "0.0")} h",
        };

    public static string Of(ShotGroup group) => group.ToString().ToLowerInvariant();
}
