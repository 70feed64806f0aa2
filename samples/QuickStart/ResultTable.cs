using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace LiftPlus.Samples.QuickStart;

/// <summary>Represents one run of one method. Accuracies are in percent, and null for an empty group.</summary>
internal sealed record MethodResult(
    string Method,
    double Overall,
    double Mean,
    double? Many,
    double? Medium,
    double? Few,
    long TrainedParameters,
    double TrainedFraction,
    double Seconds
);

/// <summary>Writes results by method, averaged over seeds, to the console and as JSON.</summary>
internal static class ResultTable
{
    private static readonly (string Name, Func<MethodResult, double?> Value)[] s_measures =
    [
        ("overall", result => result.Overall),
        ("mean", result => result.Mean),
        ("many", result => result.Many),
        ("medium", result => result.Medium),
        ("few", result => result.Few),
        ("trainedParameters", result => result.TrainedParameters),
        ("trainedFraction", result => result.TrainedFraction),
        ("seconds", result => result.Seconds),
    ];

    public static Table Render(IReadOnlyList<MethodResult> results)
    {
        var table = new Table { Border = TableBorder.Markdown };
        table.AddColumn("accuracy %");
        foreach (string column in (string[])["overall", "mean", "many", "medium", "few", "trained", "trained %", "seconds"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (IGrouping<string, MethodResult> method in results.GroupBy(result => result.Method))
        {
            List<string> cells = [method.Key];
            foreach ((string name, Func<MethodResult, double?> value) in s_measures)
            {
                (double? mean, double? deviation) = Statistics(method, value);
                cells.Add(
                    name switch
                    {
                        _ when mean is null => "n/a",
                        "trainedParameters" => mean.Value.ToString("N0", CultureInfo.InvariantCulture),
                        "trainedFraction" => (100 * mean.Value).ToString("F2", CultureInfo.InvariantCulture),
                        _ => mean.Value.ToString("F1", CultureInfo.InvariantCulture)
                            + (deviation is null ? "" : $" ± {deviation.Value.ToString("F1", CultureInfo.InvariantCulture)}"),
                    }
                );
            }

            table.AddRow([.. cells.Select(Markup.Escape)]);
        }

        return table;
    }

    public static void WriteJson(IReadOnlyList<MethodResult> results, string file)
    {
        var rows = new JsonArray();
        foreach (IGrouping<string, MethodResult> method in results.GroupBy(result => result.Method))
        {
            var row = new JsonObject { ["method"] = method.Key };
            foreach ((string name, Func<MethodResult, double?> value) in s_measures)
            {
                (double? mean, double? deviation) = Statistics(method, value);
                row[name] = name == "trainedParameters" ? (long?)mean : mean;
                if (method.Count() > 1)
                    row[$"{name}Deviation"] = deviation;
            }

            rows.Add(row);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllText(file, rows.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    }

    // Mean and sample standard deviation over seeds; the deviation is null for a single seed.
    private static (double? Mean, double? Deviation) Statistics(IEnumerable<MethodResult> runs, Func<MethodResult, double?> value)
    {
        double[] values = [.. runs.Select(value).OfType<double>()];
        if (values.Length == 0)
            return (null, null);
        double mean = values.Average();
        return (mean, values.Length == 1 ? null : Math.Sqrt(values.Sum(x => (x - mean) * (x - mean)) / (values.Length - 1)));
    }
}
