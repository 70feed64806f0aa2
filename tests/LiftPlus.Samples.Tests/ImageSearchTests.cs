using System.Diagnostics;
using System.Globalization;

namespace LiftPlus.Samples.Tests;

public sealed class ImageSearchTests
{
    [Fact]
    public async Task NamesAndExamplesFindTheirShapes()
    {
        string output = await RunAsync();
        Assert.Contains("like an image of a ", output);
        string last = output.Trim().Split('\n')[^1];
        int found = int.Parse(last.Split(' ')[0], CultureInfo.InvariantCulture);
        // By chance 3 of 256 images hold one of 4 for 3 of 64 names.
        Assert.True(found >= 20, last);
        Assert.StartsWith("striped red triangle: ", await RunAsync("striped", "red", "triangle"));
    }

    private static async Task<string> RunAsync(params string[] words)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string program = Path.Combine(AppContext.BaseDirectory, "ImageSearch.dll");
        using Process process = Process.Start(
            new ProcessStartInfo(dotnet, [program, .. words]) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal((0, ""), (process.ExitCode, await errors));
        return output;
    }
}
