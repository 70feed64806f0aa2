using System.Diagnostics;
using System.Text.Json.Nodes;
using LiftPlus.Backbones;

namespace LiftPlus.Benchmarks;

/// <summary>
/// Compares loading a full-size CLIP ViT-B/16 with random weights from a safetensors file with reading the same file, once into new memory
/// and once through a small buffer; and measures the peak memory of loading, in model sizes. Every round runs in a new process, because
/// memory kept from an earlier load would improve the figures. The file is always in the cache of the system. This is the hard case: a slow
/// disk would hide the cost of loading.
/// </summary>
internal static class WeightsBenchmark
{
    private const int Rounds = 5;
    private const int BufferSize = 1 << 20;

    // Loaded first, so that the figures exclude the time to compile the loader.
    private static readonly BackboneConfig s_small = KnownBackbones.ClipViTB16 with
    {
        Image = new VisionTransformerConfig
        {
            ImageSize = 32,
            PatchSize = 16,
            Width = 64,
            Depth = 1,
            Heads = 1,
            HiddenSize = 64,
        },
        Text = new TextTransformerConfig
        {
            VocabularySize = 8,
            Width = 64,
            Depth = 1,
            Heads = 1,
            HiddenSize = 64,
        },
        EmbedDimension = 8,
        Preprocess = new PreprocessConfig { ImageSize = 32 },
    };

    public static JsonObject Run(CancellationToken cancellationToken)
    {
        if (OwnProcess.Task is string prepared)
            return Round(Weights(Path.Combine(prepared, "small")), Weights(Path.Combine(prepared, "full")));
        string folder = Directory.CreateTempSubdirectory("liftplus-").FullName;
        try
        {
            Write(s_small, Path.Combine(folder, "small"));
            Write(KnownBackbones.ClipViTB16, Path.Combine(folder, "full"));
            JsonObject[] rounds = [.. Enumerable.Range(0, Rounds).Select(_ => OwnProcess.Run("weights", folder, cancellationToken))];
            double Least(string name) => rounds.Min(round => round[name]!.GetValue<double>());
            double load = Least("load");
            double fresh = Least("readFresh");
            double buffered = Least("readBuffered");
            long size = new FileInfo(Weights(Path.Combine(folder, "full"))).Length;
            return new JsonObject
            {
                ["model"] = KnownBackbones.ClipViTB16.Name,
                ["fileMegabytes"] = Math.Round(size / 1e6, 1),
                ["loadSeconds"] = Math.Round(load, 4),
                ["readIntoFreshMemorySeconds"] = Math.Round(fresh, 4),
                ["readThroughABufferSeconds"] = Math.Round(buffered, 4),
                ["loadToRead"] = Math.Round(load / fresh, 3),
                ["loadToBufferedRead"] = Math.Round(load / buffered, 3),
                ["peakMemoryToModel"] = Math.Round(rounds.Max(round => round["peak"]!.GetValue<double>()) / size, 3),
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Write(BackboneConfig config, string folder)
    {
        using Backbone backbone = new(config);
        backbone.Initialize(0);
        backbone.Save(folder, naming: WeightNaming.OpenAI);
    }

    private static string Weights(string folder) => Path.Combine(folder, "open_clip_model.safetensors");

    private static JsonObject Round(string small, string full)
    {
        Backbone.Load(small).Dispose();
        long before = Machine.ResidentBytes();
        long peak = 0;
        using var loaded = new ManualResetEventSlim();
        var watch = new Thread(() =>
        {
            while (!loaded.Wait(2))
                peak = Math.Max(peak, Machine.ResidentBytes());
        });
        watch.Start();
        Backbone? backbone = null;
        double load = Seconds(() => backbone = Backbone.Load(full));
        peak = Math.Max(peak, Machine.ResidentBytes());
        loaded.Set();
        watch.Join();
        backbone!.Dispose();
        return new JsonObject
        {
            ["load"] = load,
            ["peak"] = (double)(peak - before),
            ["readFresh"] = Seconds(() => ReadWhole(full)),
            ["readBuffered"] = Seconds(() => ReadBuffered(full)),
        };
    }

    private static void ReadWhole(string path)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)new FileInfo(path).Length);
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        stream.ReadExactly(bytes);
    }

    private static void ReadBuffered(string path)
    {
        byte[] buffer = new byte[BufferSize];
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        while (stream.Read(buffer) > 0) { }
    }

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
