using System.Diagnostics;

namespace LiftPlus.Tests;

/// <summary>Starts the program of <c>tests/LiftPlus.TrainingProcess</c>.</summary>
internal static class OtherProcess
{
    public static Process Start(params string[] arguments)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(dotnet, [Path.Combine(AppContext.BaseDirectory, "LiftPlus.TrainingProcess.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }
}
