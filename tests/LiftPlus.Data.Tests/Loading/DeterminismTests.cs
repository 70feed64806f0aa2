using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TorchSharp;

namespace LiftPlus.Data.Tests;

/// <summary>The same bits whatever the number of workers and whichever process: this class runs itself in a second process.</summary>
public sealed class DeterminismTests : IDisposable
{
    private const string ResultFile = "LIFTPLUS_TEST_DIGEST_FILE";

    private readonly TestImages _images = new();

    public void Dispose() => _images.Dispose();

    [Fact]
    public void OrderCropsAndBatchesDependOnTheSeedAlone()
    {
        string one = Digest(workers: 1);
        Assert.Equal(one, Digest(workers: 2));
        Assert.Equal(one, Digest(workers: 8));
        Assert.NotEqual(one, Digest(workers: 1, seed: 8));
        if (Environment.GetEnvironmentVariable(ResultFile) is { Length: > 0 } file)
        {
            File.WriteAllText(file, one); // this is the second process
            return;
        }

        string result = _images.PathOf("digest.txt");
        var start = new ProcessStartInfo(
            "dotnet",
            [
                typeof(DeterminismTests).Assembly.Location,
                "-method",
                $"{typeof(DeterminismTests).FullName}.{nameof(OrderCropsAndBatchesDependOnTheSeedAlone)}",
            ]
        )
        {
            RedirectStandardOutput = true,
            Environment = { [ResultFile] = result },
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0 && File.Exists(result), output);
        Assert.Equal(one, File.ReadAllText(result));
    }

    private string Digest(int workers, int seed = 7)
    {
        ImageDataset dataset = _images.Dataset(40, 90, 70);
        var pipeline = new TransformPipeline(24, new RandomResizedCrop(24), new HorizontalFlip());
        using var loader = new BatchLoader(
            dataset,
            pipeline,
            PixelNormalizer.Clip,
            new ClassBalancedSampler(),
            new()
            {
                BatchSize = 7,
                Workers = workers,
                Seed = seed,
            }
        );
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (int epoch in new[] { 0, 5 })
        {
            foreach (ImageBatch batch in loader.ReadEpoch(epoch, 0.2))
            {
                using (batch)
                {
                    hash.AppendData(MemoryMarshal.AsBytes<int>(batch.Indices.ToArray()));
                    hash.AppendData(MemoryMarshal.AsBytes<long>(batch.Labels.data<long>().ToArray()));
                    hash.AppendData(MemoryMarshal.AsBytes<float>(batch.Images.data<float>().ToArray()));
                }
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
