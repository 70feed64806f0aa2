using System.Diagnostics;
using System.Formats.Tar;
using LiftPlus.Samples.Shapes;

namespace LiftPlus.Samples.Tests;

public sealed class BatchPredictTests(ShapesModelFolder model) : IClassFixture<ShapesModelFolder>
{
    [Fact]
    public async Task TheDemonstration_ClassifiesItsTarFiles_AndGoesOn()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            Assert.Contains("1,600 images in this run, 0 errors", await RunAsync([], "demo", folder));
            PredictionJob job = PredictionJob.Open(Path.Combine(folder, "job"));
            Assert.Empty(job.FindMissing());
            Assert.Equal(4, Directory.GetFiles(Path.Combine(job.Folder, "parts"), "*.parquet").Length);

            File.Delete(Path.Combine(job.Folder, "parts", "part-00002.parquet"));
            Assert.Contains("400 images in this run, 0 errors", await RunAsync([], "demo", folder));
            Assert.Empty(job.FindMissing());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task AnArchive_IsPlannedAndClassified_ByNumberedAndOtherWorkers()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            string job = Path.Combine(folder.FullName, "job");
            WriteTar(Path.Combine(folder.FullName, "a.tar"), 3);
            WriteTar(Path.Combine(folder.FullName, "b.tar"), 2);
            Assert.StartsWith("2 shards are planned", await RunAsync([], "plan", job, model.Path, folder.FullName));
            Assert.Contains("missing: 0, 1", await RunAsync([], "status", job));
            Dictionary<string, string> second = new() { ["JOB_COMPLETION_INDEX"] = "1", ["JOB_COMPLETIONS"] = "2" };
            Assert.Contains("1 of this worker's 1 shards", await RunAsync(second, "run", job));
            Assert.Contains("missing: 0", await RunAsync([], "status", job));
            Assert.Contains("3 images in this run, 0 errors", await RunAsync([], "run", job));
            Assert.Equal("2 of 2 shards are complete.", (await RunAsync([], "status", job)).Trim());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void WriteTar(string file, int images)
    {
        ShapesLT shapes = new();
        using var tar = new TarWriter(File.Create(file));
        for (int label = 0; label < images; label++)
            tar.WriteEntry(
                new PaxTarEntry(TarEntryType.RegularFile, $"{label}.png")
                {
                    DataStream = new MemoryStream(shapes.Draw(Split.Test, label, 0).ToPng()),
                }
            );
    }

    private static async Task<string> RunAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string program = Path.Combine(AppContext.BaseDirectory, "BatchPredict.dll");
        ProcessStartInfo start = new(dotnet, [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal((0, ""), (process.ExitCode, await errors));
        return output;
    }
}
