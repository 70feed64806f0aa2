using System.Text.Json;
using System.Text.Json.Nodes;
using LiftPlus.Files;
using LiftPlus.Metrics;

namespace LiftPlus.Training;

/// <summary>
/// Writes a run as lines of JSON, one for each step and one for each validation, to disk as soon as they are reported. An existing file
/// keeps the lines before the first that this run reports: a resumed run continues its file, a new one starts over.
/// </summary>
internal sealed class MetricsFile(string path) : IProgress<TrainingProgress>, IDisposable
{
    private const string Training = "training";

    private StreamWriter? _writer;

    public void Report(TrainingProgress value)
    {
        if (value.Phase != TrainingPhase.Training && value.Validation is null)
            return;
        _writer ??= Open(value);
        _writer.WriteLine(Line(value).ToJsonString());
        _writer.Flush();
    }

    public void Dispose() => _writer?.Dispose();

    private StreamWriter Open(TrainingProgress first)
    {
        Disk.Current.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        RegularFile.Check(path);
        string[] kept = File.Exists(path) ? [.. File.ReadLines(path).TakeWhile(line => IsBefore(line, first))] : [];
        if (kept.Length > 0)
            WholeFile.WriteText(path, string.Concat(kept.Select(line => line + Environment.NewLine)));
        FileMode mode = kept.Length > 0 ? FileMode.Append : FileMode.Create;
        return new StreamWriter(Disk.Current.Open(path, mode, share: FileShare.Read));
    }

    // A line that is cut short, as a killed run may leave it, ends the kept part.
    private static bool IsBefore(string line, TrainingProgress first)
    {
        try
        {
            JsonNode? written = JsonNode.Parse(line);
            long step = (long?)written?["step"] ?? long.MaxValue;
            return step < first.Step || (step == first.Step && first.Validation is not null && (string?)written?["phase"] == Training);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return false;
        }
    }

    private static JsonObject Line(TrainingProgress value)
    {
        var line = new JsonObject
        {
            ["phase"] = value.Validation is null ? Training : "validation",
            ["epoch"] = value.Epoch,
            ["step"] = value.Step,
        };
        if (value.Validation is EvaluationReport report)
        {
            ClassificationMetrics metrics = report.Metrics;
            foreach ((string name, double? percent) in Accuracies(metrics))
                line[name] = Number(percent);
        }
        else
        {
            line["loss"] = Number(value.Loss);
            line["accuracy"] = Number(value.Accuracy / 100); // a share, as in every file so far
            line["learningRate"] = Number(value.LearningRate);
            line["imagesPerSecond"] = Number(value.ImagesPerSecond);
            line["dataWait"] = Number(value.DataWait);
        }

        line["seconds"] = Number(value.Elapsed.TotalSeconds);
        return line;
    }

    internal static IEnumerable<(string Name, double? Percent)> Accuracies(ClassificationMetrics metrics) =>
        [
            ("overall", metrics.Overall),
            ("mean", metrics.MeanClass),
            ("many", metrics.Many),
            ("medium", metrics.Medium),
            ("few", metrics.Few),
        ];

    // JSON has no NaN and no infinity.
    private static JsonNode? Number(double? value) => value is double number && double.IsFinite(number) ? number : null;
}
