using System.Diagnostics;
using System.Text.Json.Nodes;

namespace LiftPlus.Benchmarks;

/// <summary>A measurement in a process of its own, where memory that something else left behind cannot flatter it.</summary>
internal static class OwnProcess
{
    private const string TaskVariable = "LIFTPLUS_BENCHMARK_TASK"; // set for such a process

    /// <summary>What this process is to measure; null where the user started it.</summary>
    public static string? Task => Environment.GetEnvironmentVariable(TaskVariable);

    /// <summary>Runs a command of this program anew with a task, and gives its figures.</summary>
    public static JsonObject Run(string command, string task, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string json = Path.GetTempFileName();
        try
        {
            ProcessStartInfo start = new("dotnet", [typeof(OwnProcess).Assembly.Location, command, "--json", json])
            {
                RedirectStandardOutput = true,
            };
            start.Environment[TaskVariable] = task;
            using Process process = Process.Start(start)!;
            using CancellationTokenRegistration kill = cancellationToken.Register(() => process.Kill());
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return JsonNode.Parse(File.ReadAllText(json))!.AsObject();
        }
        finally
        {
            File.Delete(json);
        }
    }
}
