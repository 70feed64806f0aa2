using System.Diagnostics;
using System.Text.Json.Nodes;
using LiftPlus.Runs;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Runs;

/// <summary>A training process that is killed again and again, against one that is left alone.</summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int RandomKills = 20,
        KillsWhileWriting = 5,
        KillsWhileSaving = 10;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ARunKilledTwentyTimes_EndsAsTheRunNeverKilled()
    {
        string whole = _folder["whole"],
            killed = _folder["killed"];
        RunToTheEnd(whole);
        var random = new Random(20);
        int halfWritten = 0;
        for (int kill = 0; kill < RandomKills + KillsWhileWriting; kill++)
        {
            using Process process = OtherProcess.Start(killed);
            // The steps before this process is killed; with 0 it is killed while it starts.
            int lines = kill < RandomKills ? random.Next(5) : 1;
            for (int line = 0; line < lines; line++)
                Assert.NotNull(process.StandardOutput.ReadLine());
            if (kill < RandomKills)
                Thread.Sleep(random.Next(lines == 0 ? 400 : 10));
            else
                SpinWait.SpinUntil(() => HalfWritten(killed) > 0, TimeSpan.FromSeconds(30));
            Assert.False(process.HasExited, $"The run came to its end before kill {kill + 1}.");
            process.Kill(); // SIGKILL
            process.WaitForExit();
            halfWritten += HalfWritten(killed);
            Assert.All(Checkpoints(killed), file => TrainingCheckpoint.Open(file).Dispose());
        }

        output.WriteLine($"{RandomKills + KillsWhileWriting} kills, {halfWritten} of them left a file half written");
        RunToTheEnd(killed);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(whole, "model", "adapter.safetensors")),
            File.ReadAllBytes(Path.Combine(killed, "model", "adapter.safetensors"))
        );
        Assert.Equal(Metrics(whole), Metrics(killed));
        AssertSameTensors(Checkpoints(whole)[^1], Checkpoints(killed)[^1]);
    }

    [Fact]
    public void AProgramKilledWhileItSaves_LeavesAWholeModel_AndNothingElseAfterTheNextSave()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows cannot exchange folders");
        ModelLoadOptions options = new() { CreateBackbone = TestWorld.CreateBackbone, Device = "cpu" };
        string saved = _folder["model"];
        using FineTunedModel model = TestWorld.Builder().AddLora().UseEpochs(1).Build().Fit(TestWorld.Dataset(2, 2, 2));
        model.Save(saved);
        var random = new Random(7);
        int kills = Rounds.Count(KillsWhileSaving),
            strays = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            using Process process = OtherProcess.Start(_folder.Path, "save");
            Assert.NotNull(process.StandardOutput.ReadLine());
            Thread.Sleep(random.Next(30));
            process.Kill(); // SIGKILL
            process.WaitForExit();
            FineTunedModel.Load(saved, options).Dispose();
            strays += Directory.GetDirectories(_folder.Path).Length > 1 ? 1 : 0;
        }

        model.Save(saved);
        Assert.Equal([saved], Directory.GetFileSystemEntries(_folder.Path));
        output.WriteLine($"{kills} kills, a stray was there after {strays} of them");
    }

    private static void RunToTheEnd(string folder)
    {
        using Process process = OtherProcess.Start(folder);
        string lines = process.StandardOutput.ReadToEnd(),
            errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{lines}\n{errors}");
    }

    private static string Run(string folder) => Path.Combine(folder, "run");

    private static string[] Checkpoints(string folder) =>
        Directory.Exists(Run(folder)) ? [.. Directory.GetFiles(Run(folder), "checkpoint-*.safetensors").Order(StringComparer.Ordinal)] : [];

    private static int HalfWritten(string folder) => Directory.Exists(Run(folder)) ? Directory.GetFiles(Run(folder), "*.tmp").Length : 0;

    // All that the recipe determines: times and rates are the machine's.
    private static string[] Metrics(string folder) =>
        [
            .. File.ReadLines(Path.Combine(folder, "metrics.jsonl"))
                .Select(line =>
                {
                    JsonObject values = JsonNode.Parse(line)!.AsObject();
                    foreach (string measured in new[] { "seconds", "imagesPerSecond", "dataWait" })
                        values.Remove(measured);
                    return values.ToJsonString();
                }),
        ];

    private static void AssertSameTensors(string expected, string found)
    {
        GoldenFile one = GoldenFile.Read(expected),
            other = GoldenFile.Read(found);
        Assert.Equal(one.Names, other.Names);
        Assert.Contains(one.Names, name => name.StartsWith("optimizer.", StringComparison.Ordinal));
        Assert.Contains(one.Names, name => name.StartsWith("average.", StringComparison.Ordinal));
        Assert.All(one.Names, name => Assert.True(one[name].Data.Span.SequenceEqual(other[name].Data.Span), name));
    }
}
