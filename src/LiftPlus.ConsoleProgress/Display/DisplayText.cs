using System.Globalization;

namespace LiftPlus.Display;

/// <summary>Writes numbers and times, in every culture the same.</summary>
internal static class DisplayText
{
    public static CultureInfo Culture => CultureInfo.InvariantCulture;

    /// <summary>Returns a time as hours, minutes and seconds: 1:02:03, or 2:03 below one hour.</summary>
    public static string Time(TimeSpan time) =>
        time.TotalHours >= 1
            ? string.Create(Culture, $"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
            : string.Create(Culture, $"{time.Minutes}:{time.Seconds:00}");
}
