using System.Diagnostics;

namespace LiftPlus.Samples.Tests;

public sealed class BatchPredictTests
{
    [Fact]
    public async Task TheDemonstration_ClassifiesItsTarFiles_AndGoesOn()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            Assert.Contains("1,600 images in this run, 0 errors", await RunAsync(folder));
            PredictionJob job = PredictionJob.Open(Path.Combine(folder, "job"));
            Assert.Empty(job.FindMissing());
            Assert.Equal(4, Directory.GetFiles(Path.Combine(job.Folder, "parts"), "*.parquet").Length);

            File.Delete(Path.Combine(job.Folder, "parts", "part-00002.parquet"));
            Assert.Contains("400 images in this run, 0 errors", await RunAsync(folder));
            Assert.Empty(job.FindMissing());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> RunAsync(string folder)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string program = Path.Combine(AppContext.BaseDirectory, "BatchPredict.dll");
        using Process process = Process.Start(
            new ProcessStartInfo(dotnet, [program, "demo", folder]) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal((0, ""), (process.ExitCode, await errors));
        return output;
    }
}
