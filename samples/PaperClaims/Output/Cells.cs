using System.Globalization;

namespace LiftPlus.Samples.PaperClaims;

/// <summary>Figures as text.</summary>
internal static class Cells
{
    /// <summary>Mean ± sample deviation; the mean alone of one value.</summary>
    public static string MeanAndDeviation(IEnumerable<double?> values)
    {
        double[] known = [.. values.OfType<double>()];
        if (known.Length == 0)
            return "n/a";
        double mean = known.Average();
        string text = mean.ToString("F1", CultureInfo.InvariantCulture);
        return known.Length == 1 ? text : string.Create(CultureInfo.InvariantCulture, $"{text} ± {Deviation(known):F1}");
    }

    /// <summary>Sample deviation of two or more values.</summary>
    public static double Deviation(IReadOnlyCollection<double> values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }

    /// <summary>A difference with its interval.</summary>
    public static string Difference(PairedDifference? difference) => difference is null
        ? "not run"
        : string.Create(CultureInfo.InvariantCulture, $"{difference.Mean:+0.0;-0.0;0.0} ± {difference.Deviation:F1} [{difference.Low:+0.0;-0.0;0.0}, {difference.High:+0.0;-0.0;0.0}]");

    /// <summary>"a row" of "table/a row".</summary>
    public static string Row(string reference) => reference[(reference.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
