using System.Globalization;
using LiftPlus.Metrics;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Formats figures.</summary>
internal static class Cells
{
    /// <summary>Formats mean ± sample deviation, or the mean of a single value.</summary>
    public static string Of(Spread? spread) =>
        spread is null
            ? "n/a"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{spread.Mean:F1}{(spread.Deviation is double deviation ? $" ± {deviation:F1}" : "")}"
            );

    /// <summary>Formats a difference and its deviation.</summary>
    public static string Difference(PairedDifference difference) =>
        string.Create(CultureInfo.InvariantCulture, $"{difference.Points.Mean:+0.0;-0.0;0.0} ± {difference.Points.Deviation:F1}");

    /// <summary>Formats an interval.</summary>
    public static string Of(Interval? interval) =>
        interval is Interval known
            ? string.Create(CultureInfo.InvariantCulture, $"{known.Low:+0.0;-0.0;0.0} to {known.High:+0.0;-0.0;0.0}")
            : "n/a";

    /// <summary>Returns "a row" for "table/a row".</summary>
    public static string Row(string reference) => reference[(reference.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>Names a measure.</summary>
    public static string Of(Measure measure) =>
        measure switch
        {
            Measure.Overall => "overall accuracy",
            Measure.Few => "few-shot accuracy",
            _ => "few-shot divergence",
        };
}
