using System.Diagnostics;

namespace LiftPlus.Consumer.Tests;

/// <summary>Runs the dotnet command.</summary>
internal static class DotNet
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Runs it in a folder and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed or came to no end; the message holds what it printed.</exception>
    public static string Run(string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1"; // no process of it outlives the test
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(),
            errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        string printed = output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult();
        return process.ExitCode == 0
            ? printed
            : throw new InvalidOperationException($"dotnet {arguments.First()} ended with {process.ExitCode}:\n{printed}");
    }
}
