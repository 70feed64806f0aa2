using System.Diagnostics;

namespace LiftPlus.Consumer.Tests;

/// <summary>Runs the dotnet command.</summary>
internal static class DotNet
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Runs the command in a folder and returns its output.</summary>
    /// <exception cref="InvalidOperationException">The command failed or timed out; the message contains its output.</exception>
    public static string Run(string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1"; // build processes must not outlive the test
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        string printed = output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult();
        return process.ExitCode == 0
            ? printed
            : throw new InvalidOperationException($"dotnet {arguments.First()} ended with {process.ExitCode}:\n{printed}");
    }
}
