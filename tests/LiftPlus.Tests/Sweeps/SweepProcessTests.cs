using System.Diagnostics;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Sweeps;

/// <summary>Processes that run one sweep: killed and started again, and two at the same time.</summary>
public sealed class SweepProcessTests(ITestOutputHelper output) : IDisposable
{
    private const int Kills = 4,
        StepsPerRun = 15, // 3 epochs of 34 images in batches of 8
        Runs = 6;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AKilledSweep_ContinuesFromItsCheckpoint_WithTheSameResult()
    {
        string[] whole = End(Start("whole"));
        Assert.Equal(Runs * StepsPerRun, whole.Length);
        for (int kill = 0; kill < Kills; kill++)
        {
            using Process process = Start("killed");
            for (int line = 0; line < 11; line++)
                Assert.NotNull(process.StandardOutput.ReadLine());
            process.Kill(); // SIGKILL
            process.WaitForExit();
        }

        string[] rest = End(Start("killed"));
        output.WriteLine($"{rest.Length} steps were left after {Kills} kills, each after 11 steps");
        Assert.InRange(rest.Length, 0, Runs * StepsPerRun - Kills * 9); // at most a step or two a kill is repeated
        Assert.Equal(Result("whole"), Result("killed"));
    }

    [Fact]
    public void TwoProcesses_ShareTheRuns_AndBothHaveTheResult()
    {
        Process[] processes = [Start("shared"), Start("shared")];
        Task<string[]>[] ends = [.. processes.Select(process => Task.Run(() => End(process)))];
        string[] lines = [.. ends.SelectMany(end => end.GetAwaiter().GetResult())];
        Assert.Equal(Runs * StepsPerRun, lines.Length);
        Assert.Equal(lines.Length, lines.Distinct().Count());
        Assert.Contains("| LoRA |", Result("shared"));
    }

    private Process Start(string name) => OtherProcess.Start(_folder[name], "sweep");

    private string Result(string name) => File.ReadAllText(Path.Combine(_folder[name], "result.md"));

    private static string[] End(Process process)
    {
        using (process)
        {
            string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, errors);
            return lines;
        }
    }
}
