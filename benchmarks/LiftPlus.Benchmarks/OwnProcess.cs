using System.Diagnostics;
using System.Text.Json.Nodes;

namespace LiftPlus.Benchmarks;

/// <summary>Runs a measurement in a new process, so that memory left over from earlier work cannot improve the figures.</summary>
internal static class OwnProcess
{
    private const string TaskVariable = "LIFTPLUS_BENCHMARK_TASK"; // set in the new process

    /// <summary>Gets what this process measures; null if the user started it.</summary>
    public static string? Task => Environment.GetEnvironmentVariable(TaskVariable);

    /// <summary>Runs a command of this program in a new process with a task, and returns its figures.</summary>
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
