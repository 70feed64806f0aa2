using System.Text.Json;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Keeps results in a folder, with one file per run. Files are replaced atomically.</summary>
internal sealed class ResultStore
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
    };

    private readonly string _folder;

    /// <param name="output">The folder of reports. Results are in its subfolder "runs".</param>
    public ResultStore(string output)
    {
        _folder = Path.Combine(output, "runs");
        Directory.CreateDirectory(_folder);
    }

    /// <summary>Reads the result of a run; returns null if the file is missing or damaged.</summary>
    public RunResult? Read(PlannedRun run)
    {
        try
        {
            string file = FileOf(run.Key);
            RunResult? result = File.Exists(file) ? JsonSerializer.Deserialize<RunResult>(File.ReadAllText(file), s_json) : null;
            return result?.Key == run.Key ? result : null;
        }
        catch (JsonException)
        {
            return null; // damaged: run again
        }
    }

    public void Write(RunResult result)
    {
        Replace(FileOf(result.Key), JsonSerializer.Serialize(result, s_json));
        File.Delete(FailureOf(result.Key));
    }

    /// <summary>Reads the first line of the error of the last try; returns null if the run did not fail.</summary>
    public string? ReadFailure(PlannedRun run) =>
        File.Exists(FailureOf(run.Key)) ? File.ReadLines(FailureOf(run.Key)).FirstOrDefault("") : null;

    public void WriteFailure(PlannedRun run, string message) => Replace(FailureOf(run.Key), message);

    private string FileOf(string key) => Path.Combine(_folder, $"{key}.json");

    private string FailureOf(string key) => Path.Combine(_folder, $"{key}.failed.txt");

    private static void Replace(string file, string text)
    {
        string temporary = $"{file}.{Environment.ProcessId}.tmp";
        File.WriteAllText(temporary, text);
        File.Move(temporary, file, overwrite: true);
    }
}
