using System.Globalization;
using System.Text;
using LiftPlus.Evaluation;
using LiftPlus.Metrics;

namespace LiftPlus.Sweeps;

/// <summary>Writes the result of a sweep as Markdown.</summary>
internal static class SweepText
{
    public static string Write(SweepResult result)
    {
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"| candidate | {result.Metric.Title()} % | difference | {100 * result.Comparison.Level:0.##} % interval |"
        );
        text.AppendLine("| --- | ---: | ---: | ---: |");
        foreach (SweepOutcome candidate in result.Candidates)
            text.AppendLine($"| {MarkdownText.Escape(candidate.Name)} | {Figure(candidate)} | {Difference(candidate)} |");
        text.AppendLine().AppendLine(Conclusion(result));
        foreach (SweepOutcome candidate in result.Candidates.Where(candidate => candidate.Failure is not null))
            text.AppendLine($"{candidate.Name} failed: {candidate.Failure}");
        return text.ToString();
    }

    private static string Conclusion(SweepResult result) =>
        result.Best.Difference is MethodDifference difference ? difference.ToSentence()
        : result.Candidates.Length == 1 ? "There are no candidates to compare with the default."
        : "No candidate is better than the default by more than the noise.";

    private static string Figure(SweepOutcome candidate) =>
        Spread.From(candidate.Values) is Spread spread
            ? string.Create(CultureInfo.InvariantCulture, $"{spread.Mean:F1} ± {spread.Deviation:F1}")
            : "failed";

    private static string Difference(SweepOutcome candidate) =>
        candidate.Difference is { BySeed: Interval interval } difference
            ? $"{Signed(difference.Points.Mean)} | {Signed(interval.Low)} to {Signed(interval.High)}"
            : "|";

    private static string Signed(double value) => value.ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);
}
