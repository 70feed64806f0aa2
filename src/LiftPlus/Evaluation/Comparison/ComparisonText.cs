using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiftPlus.Evaluation.Comparison;

/// <summary>Writes comparisons as Markdown and JSON.</summary>
internal static class ComparisonText
{
    private const int CurrentSchema = 1;

    private static readonly ReportMeasure[] s_columns =
    [
        ReportMeasure.Overall,
        ReportMeasure.MeanClass,
        ReportMeasure.Many,
        ReportMeasure.Medium,
        ReportMeasure.Few,
        ReportMeasure.CalibrationError,
    ];

    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DictionaryKeyPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string ToMarkdown(RunComparison comparison)
    {
        var text = new StringBuilder();
        Row(["%", .. s_columns.Select(measure => measure.Title()), "trained", "seconds"]);
        Row(["---", .. Enumerable.Repeat("---:", s_columns.Length + 2)]);
        foreach (MethodSummary method in comparison.Methods)
        {
            string trained = method.TrainedParameters?.ToString("N0", CultureInfo.InvariantCulture) ?? "n/a";
            Row([
                MarkdownText.Escape(method.Method),
                .. s_columns.Select(measure => Cell(method.Measures[measure])),
                trained,
                Cell(method.TrainingSeconds),
            ]);
        }

        if (comparison.Differences.IsEmpty)
            return text.ToString();
        text.AppendLine()
            .AppendLine(
                CultureInfo.InvariantCulture,
                $"Differences with their {100 * comparison.Level:0.#} % intervals, the wider of that over seeds and that over test images:"
            )
            .AppendLine();
        foreach (MethodDifference difference in comparison.Differences.Where(difference => s_columns.Contains(difference.Measure)))
            text.Append("- ").AppendLine(Escaped(difference).ToSentence());
        return text.ToString();

        void Row(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");
    }

    public static string ToJson(RunComparison comparison) =>
        JsonSerializer.Serialize(
            new
            {
                SchemaVersion = CurrentSchema,
                comparison.Reference,
                comparison.Level,
                comparison.Methods,
                Differences = comparison.Differences.Select(difference => new
                {
                    difference.Method,
                    difference.Reference,
                    difference.Measure,
                    difference.Points,
                    difference.BySeed,
                    difference.ByImage,
                    difference.IsOutsideNoise,
                    Sentence = difference.ToSentence(),
                }),
            },
            s_options
        );

    private static MethodDifference Escaped(MethodDifference difference) =>
        difference with
        {
            Method = MarkdownText.Escape(difference.Method),
            Reference = MarkdownText.Escape(difference.Reference),
        };

    private static string Cell(Spread? spread) =>
        spread is null
            ? "n/a"
            : spread.Mean.ToString("F1", CultureInfo.InvariantCulture)
                + (spread.Deviation is double deviation ? $" ± {deviation.ToString("F1", CultureInfo.InvariantCulture)}" : "");
}
