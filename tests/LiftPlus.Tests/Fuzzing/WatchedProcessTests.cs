using System.Diagnostics;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Fuzzing;

/// <summary>
/// What could end a process happens in another one, so that its death is seen. docs/testing.md says how to run more of it.
/// </summary>
public sealed class WatchedProcessTests(ITestOutputHelper output) : IDisposable
{
    private const int Inputs = 15_000,
        Seed = 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void DamagedInputsOfEveryKindAreReadOrRefused() => Run("--inputs", $"{Inputs}", "--seed", $"{Seed}");

    [Fact]
    public void FilesThatAreOverwrittenWhileTheyAreLoadedGiveTheRightModelOrAnError() => Run("overwrite", _folder.Path, "10");

    [Fact]
    public void WithoutAFileDescriptorEveryCallThrowsALiftPlusException()
    {
        if (OperatingSystem.IsLinux())
            Run("no-descriptors", _folder.Path);
    }

    private void Run(params string[] arguments)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(dotnet, [Path.Combine(AppContext.BaseDirectory, "LiftPlus.Fuzz.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string lines = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        output.WriteLine(lines);
        Assert.True(process.ExitCode == 0, $"{lines}\n{errors.Result}");
    }
}
