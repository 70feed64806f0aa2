using System.Diagnostics;
using System.Text.Json.Nodes;
using LiftPlus.Samples.Shapes;
using LiftPlus.TestSupport;

namespace LiftPlus.Benchmarks;

/// <summary>
/// Compares a worker of a prediction job with PredictEachAsync on the same 4,000 images and TinyClip, in turns, and follows the memory of
/// a worker over 100,000 images.
/// </summary>
internal static class JobBenchmark
{
    private const int Images = 4_000,
        Turns = 5,
        Repeats = 25; // of the images, for the memory

    private static readonly PredictionOptions s_options = new() { Features = FeatureKind.Raw, KeepErrors = true };

    public static JsonObject Run(CancellationToken cancellationToken) => RunAsync(cancellationToken).GetAwaiter().GetResult();

    private static async Task<JsonObject> RunAsync(CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        ShapesLT shapes = new();
        string[] paths = [.. Enumerable.Range(0, Images).Select(i => folder[$"{i:D4}.png"])];
        foreach ((int i, string path) in paths.Index())
            File.WriteAllBytes(path, shapes.Draw(Split.Test, i % ShapesLT.ClassCount, i / ShapesLT.ClassCount).ToPng());
        using ZeroShotClassifier model = ZeroShotClassifier.Load(
            Path.Combine(AppContext.BaseDirectory, "tiny-clip"),
            [.. shapes.Things.Select(thing => thing.Name)]
        );

        double[] bare = new double[Turns],
            worker = new double[Turns];
        for (int turn = -1; turn < Turns; turn++) // the first one warms up
        {
            long start = Stopwatch.GetTimestamp();
            int count = await model.PredictEachAsync(paths, s_options, cancellationToken).CountAsync(cancellationToken);
            double each = count / Stopwatch.GetElapsedTime(start).TotalSeconds;
            PredictionJob job = Plan(folder[$"job {turn}"], paths);
            start = Stopwatch.GetTimestamp();
            await RunAsync(job, model, null, cancellationToken);
            double own = Images / Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (turn >= 0)
                (bare[turn], worker[turn]) = (each, own);
        }

        PredictionJob whole = Plan(folder["long"], Enumerable.Repeat(paths, Repeats).SelectMany(path => path));
        Resident resident = new();
        PredictionJobProgress done = await RunAsync(whole, model, resident, cancellationToken);
        return new JsonObject
        {
            ["images"] = Images,
            ["predictEachPerSecond"] = Numbers(bare),
            ["workerPerSecond"] = Numbers(worker),
            ["workerOverPredictEach"] = Math.Round(bare.Zip(worker, (each, own) => own / each).Order().ElementAt(Turns / 2), 3),
            ["memoryOverImages"] = done.Images,
            ["residentMegabytesAfterEveryShard"] = Numbers(resident.Megabytes),
        };
    }

    private static PredictionJob Plan(string folder, IEnumerable<string> paths) =>
        PredictionJob.Plan(folder, paths, new PredictionJobOptions { ShardSize = Images, Prediction = s_options });

    private static Task<PredictionJobProgress> RunAsync(
        PredictionJob job,
        ZeroShotClassifier model,
        Resident? resident,
        CancellationToken cancellationToken
    ) => job.RunAsync(model, new PredictionWorkerOptions { Index = 0, Count = 1 }, resident, cancellationToken);

    private static JsonArray Numbers(IEnumerable<double> values) => [.. values.Select(value => (JsonNode)Math.Round(value, 1))];

    private sealed class Resident : IProgress<PredictionJobProgress>
    {
        public List<double> Megabytes { get; } = [];

        public void Report(PredictionJobProgress value)
        {
            if (value.ShardsDone > Megabytes.Count)
                Megabytes.Add(Machine.ResidentBytes() / 1e6);
        }
    }
}
