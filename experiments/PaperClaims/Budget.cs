using System.Globalization;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Parses durations on the command line.</summary>
internal static class Budget
{
    /// <summary>Parses 40m, 90s, 1.5h or 0; at most a week.</summary>
    public static bool TryParse(string text, out TimeSpan time)
    {
        double? unit =
            text.Length == 0
                ? null
                : text[^1] switch
                {
                    'h' => 3600,
                    'm' => 60,
                    's' => 1,
                    '0' when text == "0" => 1,
                    _ => null,
                };
        string number =
            text == "0" ? text
            : text.Length == 0 ? ""
            : text[..^1];
        time = default;
        if (
            unit is null
            || !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count)
            || !(count * unit <= 604_800)
        )
            return false;
        time = TimeSpan.FromSeconds(count * unit.Value);
        return true;
    }
}
