using System.Diagnostics;
using System.Text.Json.Nodes;
using LiftPlus.Data;

namespace LiftPlus.Benchmarks;

/// <summary>
/// Measures images per second from file to normalised batch memory (decode, minimalist crop at its widest, resize to 224): one worker on
/// one core against Pillow with the same work on the same files, the gain from reduced-scale decoding and from a second worker, and the
/// bytes allocated per image. Compared figures are measured in turns, so that a slow moment affects both.
/// </summary>
internal static class DataBenchmark
{
    private const int Size = 224;
    private const int BatchSize = 50;
    private const int Rounds = 3;

    public static JsonObject Run(CancellationToken cancellationToken)
    {
        using var photographs = new Photographs();
        using var medium = new DetailedJpegs(500, 375, count: 40);
        using var large = new DetailedJpegs(2000, 1500, count: 12);
        PillowPeer? pillow = PillowPeer.Find(Size, out string found);
        if (pillow is null)
            Console.Error.WriteLine($"Pillow was not measured: {found}");

        ImageDataset sample = photographs.Sample(400);
        var figures = new JsonObject { ["pillow"] = found };
        Compare(figures, "Caltech", sample, photographs.Source, 400, pillow, cancellationToken);
        Compare(figures, "500", medium.Dataset, medium.Description, 200, pillow, cancellationToken);
        Compare(figures, "Large", large.Dataset, large.Description, 48, pillow, cancellationToken);
        CompareReduced(figures, "Large", large.Dataset, 48, pillow, cancellationToken);
        ReducedScaleError.Measure(figures, "Large", large.Dataset, Size, cancellationToken);
        figures["twoWorkersRatio"] = Environment.ProcessorCount < 2 ? null : TwoWorkers(sample, cancellationToken);
        figures["allocatedBytesPerImage"] = AllocatedBytes(sample, cancellationToken);
        return figures;
    }

    private static void Compare(
        JsonObject figures,
        string key,
        ImageDataset dataset,
        string description,
        int count,
        PillowPeer? pillow,
        CancellationToken cancellationToken
    )
    {
        using BatchLoader loader = Loader(dataset, workers: 1);
        (double ours, double? peer, double? ratio) = TakeTurns(
            loader,
            count,
            pillow is null ? null : () => pillow.Rate(dataset, count, draft: false),
            cancellationToken
        );
        figures[$"images{key}"] = description;
        figures[$"imagesPerSecond{key}"] = ours;
        figures[$"pillowImagesPerSecond{key}"] = peer;
        figures[$"pillowRatio{key}"] = ratio;
    }

    // Compares reduced-scale decoding with Pillow decoding whole images, and with Pillow's draft mode.
    private static void CompareReduced(
        JsonObject figures,
        string key,
        ImageDataset dataset,
        int count,
        PillowPeer? pillow,
        CancellationToken cancellationToken
    )
    {
        using BatchLoader loader = Loader(dataset, workers: 1, reducedScale: true);
        (double ours, _, double? ratio) = TakeTurns(
            loader,
            count,
            pillow is null ? null : () => pillow.Rate(dataset, count, draft: false),
            cancellationToken
        );
        figures[$"imagesPerSecond{key}Reduced"] = ours;
        figures[$"pillowRatio{key}Reduced"] = ratio;
        (_, double? draft, double? draftRatio) = TakeTurns(
            loader,
            count,
            pillow is null ? null : () => pillow.Rate(dataset, count, draft: true),
            cancellationToken
        );
        figures[$"pillowDraftImagesPerSecond{key}"] = draft;
        figures[$"pillowDraftRatio{key}Reduced"] = draftRatio;
    }

    private static (double Ours, double? Peer, double? Ratio) TakeTurns(
        BatchLoader loader,
        int count,
        Func<double>? peer,
        CancellationToken cancellationToken
    )
    {
        using IDisposable pinned = OneCore.Pin();
        List<double> ours = [];
        List<double> peers = [];
        Rate(loader, count, 0, cancellationToken); // warm-up
        for (int round = 1; round <= Rounds; round++)
        {
            if (peer is not null)
                peers.Add(peer());
            ours.Add(Rate(loader, count, round, cancellationToken));
        }

        return peer is null
            ? (Math.Round(Median(ours), 1), null, null)
            : (Math.Round(Median(ours), 1), Math.Round(Median(peers), 1), Math.Round(Median(ours.Zip(peers, (a, b) => a / b)), 2));
    }

    private static double TwoWorkers(ImageDataset dataset, CancellationToken cancellationToken)
    {
        using BatchLoader one = Loader(dataset, workers: 1);
        using BatchLoader two = Loader(dataset, workers: 2);
        var ratios = new List<double>();
        for (int round = 0; round <= Rounds; round++)
        {
            double single = Rate(one, 2 * dataset.Count, round, cancellationToken);
            double both = Rate(two, 2 * dataset.Count, round, cancellationToken);
            if (round > 0)
                ratios.Add(both / single);
        }

        return Math.Round(Median(ratios), 2);
    }

    private static long AllocatedBytes(ImageDataset dataset, CancellationToken cancellationToken)
    {
        using BatchLoader loader = Loader(dataset, workers: 1);
        Rate(loader, dataset.Count, 0, cancellationToken);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Rate(loader, dataset.Count, 1, cancellationToken);
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / dataset.Count;
    }

    private static BatchLoader Loader(ImageDataset dataset, int workers, bool reducedScale = false) =>
        new(
            dataset,
            new MinimalistAugmentationOptions().CreatePipeline(Size),
            PixelNormalizer.Clip,
            new ShuffleSamplerOptions().CreateSampler(),
            new BatchLoaderOptions { BatchSize = BatchSize, Workers = workers },
            new SkiaImageDecoder(reducedScale: reducedScale)
        );

    // Reads at least `count` images in whole epochs. Progress 0 draws crop areas from 0.08 to 1, as the Pillow script does.
    private static double Rate(BatchLoader loader, int count, int round, CancellationToken cancellationToken)
    {
        int read = 0;
        long start = Stopwatch.GetTimestamp();
        for (int epoch = 0; read < count; epoch++)
        {
            foreach (ImageBatch batch in loader.ReadEpoch(round * count + epoch, 0, cancellationToken: cancellationToken))
            {
                using (batch)
                    read += batch.Count;
            }
        }

        return read / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
