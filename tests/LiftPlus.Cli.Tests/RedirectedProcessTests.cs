using System.Diagnostics;

namespace LiftPlus.Cli.Tests;

[Collection(nameof(ToolFixture))]
public sealed class RedirectedProcessTests(ToolFixture fixture)
{
    [Fact]
    public async Task RedirectedStreamsHaveNoControlCharacters_AndTheOutputHoldsResultsOnly()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "LiftPlus.Cli.dll"));
        foreach (string argument in fixture.TrainArguments("process", "--test", fixture.Test))
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string messages = await errors;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, messages);
        Assert.Contains("Training: 100 %", messages, StringComparison.Ordinal);
        Assert.Contains("Evaluating: 100 %", messages, StringComparison.Ordinal);
        Assert.StartsWith("Trained ", output, StringComparison.Ordinal);
        Assert.DoesNotContain((messages + output).ReplaceLineEndings(""), char.IsControl);
    }
}
