using System.CommandLine.Parsing;
using System.Globalization;

namespace LiftPlus.Cli.Inputs;

/// <summary>Reads durations: 45s, 90m, 1.5h, 2d, or 01:30:00.</summary>
internal static class Duration
{
    private static readonly Dictionary<char, TimeSpan> s_units = new()
    {
        ['s'] = TimeSpan.FromSeconds(1),
        ['m'] = TimeSpan.FromMinutes(1),
        ['h'] = TimeSpan.FromHours(1),
        ['d'] = TimeSpan.FromDays(1),
    };

    /// <summary>Reads the value of an option.</summary>
    public static TimeSpan? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (Parse(text) is TimeSpan time)
            return time;
        result.AddError($"'{text}' is not a duration: give a number with s, m, h or d, such as 90m, or hours:minutes:seconds.");
        return null;
    }

    /// <summary>Reads a duration; returns null if the text is something else.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (text.Length == 0)
            return null;
        if (!s_units.TryGetValue(char.ToLowerInvariant(text[^1]), out TimeSpan unit))
            return text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time) ? time : null;
        bool isNumber = double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count);
        return isNumber && count * unit.TotalDays < TimeSpan.MaxValue.TotalDays ? unit * count : null;
    }
}
