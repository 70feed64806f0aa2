using LiftPlus.TestSupport;

namespace LiftPlus.Jobs.Tests;

/// <summary>Represents a folder with images, and jobs on them.</summary>
internal sealed class JobWorld : IDisposable
{
    public static readonly PredictionWorkerOptions Alone = new() { Index = 0, Count = 1 };

    private readonly TemporaryFolder _folder = new();

    public string this[string name] => _folder[name];

    /// <summary>Writes image files that the <see cref="HashClassifier"/> reads, and returns their paths.</summary>
    public IReadOnlyList<string> WriteImages(int count)
    {
        Directory.CreateDirectory(this["images"]);
        string[] paths = [.. Enumerable.Range(0, count).Select(i => this[$"images/{i:D4}.png"])];
        foreach (string path in paths)
            File.WriteAllText(path, $"image {Path.GetFileName(path)}");
        return paths;
    }

    /// <summary>Plans a job of small shards.</summary>
    public PredictionJob Plan(string name, IEnumerable<string> images, PredictionOptions? prediction = null, string? model = null) =>
        PredictionJob.Plan(
            this[name],
            images,
            new PredictionJobOptions
            {
                ShardSize = 10,
                Model = model,
                Prediction = prediction ?? new PredictionOptions { Top = 2, Features = FeatureKind.Raw },
            }
        );

    /// <summary>Copies the plan of a job to a new folder.</summary>
    public PredictionJob Copy(PredictionJob job, string name)
    {
        Directory.CreateDirectory(this[name]);
        foreach (string file in Directory.GetFiles(job.Folder))
            File.Copy(file, Path.Combine(this[name], Path.GetFileName(file)));
        return PredictionJob.Open(this[name]);
    }

    /// <summary>Runs a copy of a job undisturbed, and returns the bytes of its parts.</summary>
    public async Task<byte[][]> ExpectedAsync(PredictionJob job)
    {
        PredictionJob copy = Copy(job, "undisturbed");
        using var classifier = new HashClassifier();
        await copy.RunAsync(classifier, Alone);
        return Parts(copy);
    }

    /// <summary>Reads the parts of a job in order.</summary>
    public static byte[][] Parts(PredictionJob job) => [.. PartFiles(job).Select(File.ReadAllBytes)];

    public static string[] PartFiles(PredictionJob job) =>
        Directory.Exists(Path.Combine(job.Folder, "parts"))
            ? [.. Directory.GetFiles(Path.Combine(job.Folder, "parts"), "*.parquet").Order(StringComparer.Ordinal)]
            : [];

    /// <summary>Checks that a job is complete, has the expected bytes, and that nothing else is in its folders.</summary>
    public static void AssertComplete(byte[][] expected, PredictionJob job)
    {
        Assert.Equal(expected, Parts(job));
        Assert.Empty(job.FindMissing());
        Assert.Equal(2 * expected.Length, Directory.GetFiles(Path.Combine(job.Folder, "parts")).Length);
        if (Directory.Exists(Path.Combine(job.Folder, "leases")))
            Assert.Empty(Directory.GetFiles(Path.Combine(job.Folder, "leases")));
    }

    public void Dispose() => _folder.Dispose();
}
