using System.Diagnostics;
using LiftPlus.Samples.Shapes;
using SkiaSharp;

namespace LiftPlus.Samples.Tests;

public sealed class ProgressTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("liftplus-progress-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void LinesHaveRateAndRemainingTime()
    {
        var text = new StringWriter { NewLine = "\n" };
        var time = new ManualTime();
        var board = new ProgressBoard(text, time);
        ProgressItem item = board.Add("Testing", "images");
        for (int done = 0; done <= 400; done += 50)
        {
            item.Report(done, 400, "loss 1");
            time.Seconds += 4;
        }

        Assert.Equal(
            "Testing: 38 %, 13 images/s, 0:20 left, loss 1\n"
                + "Testing: 75 %, 13 images/s, 0:08 left, loss 1\n"
                + "Testing: 100 %, 13 images/s, done in 0:32, loss 1\n",
            text.ToString()
        );
    }

    [Fact]
    public void EveryPhaseOfTrainingHasItsLines()
    {
        var text = new StringWriter { NewLine = "\n" };
        IProgress<TrainingProgress> bars = new TrainingBars(new ProgressBoard(text, new ManualTime { Seconds = 1 }), "LIFT+", 100);
        foreach (TrainingPhase phase in Enum.GetValues<TrainingPhase>())
            bars.Report(
                new TrainingProgress
                {
                    Phase = phase,
                    Done = 10,
                    Total = 10,
                    Epoch = 1,
                    Epochs = 1,
                    Loss = 0.5,
                }
            );
        string[] lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enum.GetValues<TrainingPhase>().Length, lines.Length);
        Assert.Contains(lines, line => line.StartsWith("LIFT+, downloading weights: 100 %", StringComparison.Ordinal));
        Assert.Contains(lines, line =>
            line.StartsWith("LIFT+, training: 100 %", StringComparison.Ordinal)
            && line.EndsWith("epoch 1/1, loss 0.500", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task RedirectedOutputHasNoControlCharacters()
    {
        var world = new ShapesLT();
        foreach ((string split, int images) in ((string, int)[])[("train", 6), ("test", 3)])
        {
            for (int label = 0; label < 3; label++)
            {
                string folder = Directory.CreateDirectory(Path.Combine(_folder, split, world.Classes.Names[label])).FullName;
                for (int i = 0; i < images; i++)
                    Write(Path.Combine(folder, $"{i}.png"), label * 100 + i);
            }
        }

        string page = Path.Combine(_folder, "report.html");
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "FolderFineTune.dll"),
                "--backbone",
                Path.Combine(AppContext.BaseDirectory, "tiny-clip"),
                "--train",
                Path.Combine(_folder, "train"),
                "--test",
                Path.Combine(_folder, "test"),
                "--epochs",
                "1",
                "--batch-size",
                "6",
                "--device",
                "cpu",
                "--output",
                Path.Combine(_folder, "model"),
                "--report",
                page,
            },
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output + await errors);
        Assert.Contains("Fine-tuning, training: 100 %", output, StringComparison.Ordinal);
        Assert.Contains("Testing: 100 %", output, StringComparison.Ordinal);
        Assert.DoesNotContain(output.ReplaceLineEndings(""), char.IsControl);
        Assert.Contains("<svg", File.ReadAllText(page), StringComparison.Ordinal);
        Assert.DoesNotContain(_folder, File.ReadAllText(page), StringComparison.Ordinal);
    }

    private static void Write(string file, int seed)
    {
        using var bitmap = new SKBitmap(32, 32);
        bitmap.Erase(new SKColor((uint)(0xFF000000 | (seed * 2654435761u >> 8))));
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(file, data.ToArray());
    }

    private sealed class ManualTime : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)(1000 * Seconds);
    }
}
