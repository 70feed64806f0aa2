using System.Diagnostics;
using System.Text.Json.Nodes;
using LiftPlus.Backbones;

namespace LiftPlus.Benchmarks;

/// <summary>
/// Loading a full-size CLIP ViT-B/16 with random weights from a safetensors file, beside reading the same file once into fresh memory and into a
/// small buffer over and over; and the most memory that loading takes beyond what the process had, in model sizes. The file is in the system's
/// cache throughout, which is the hard case: a disk would hide what loading adds.
/// </summary>
internal static class WeightsBenchmark
{
    private const int Rounds = 5, BufferSize = 1 << 20;

    public static JsonObject Run(CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("liftplus-").FullName;
        try
        {
            using (Backbone backbone = new(KnownBackbones.ClipViTB16))
            {
                backbone.Initialize(0);
                backbone.Save(folder, naming: WeightNaming.OpenAI);
            }

            return Measure(Directory.GetFiles(folder, "*.safetensors").Single(), cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static JsonObject Measure(string path, CancellationToken cancellationToken)
    {
        long size = new FileInfo(path).Length, peak = 0;
        double load = double.MaxValue, readFresh = double.MaxValue, readBuffered = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            readFresh = Math.Min(readFresh, Seconds(() => ReadWhole(path)));
            readBuffered = Math.Min(readBuffered, Seconds(() => ReadBuffered(path)));
            load = Math.Min(load, Seconds(() => Backbone.Load(path).Dispose()));
        }

        GC.Collect();
        long before = Machine.ResidentBytes();
        using (var loaded = new ManualResetEventSlim())
        {
            var watch = new Thread(() =>
            {
                while (!loaded.Wait(1))
                    peak = Math.Max(peak, Machine.ResidentBytes());
            });
            watch.Start();
            Backbone.Load(path).Dispose();
            loaded.Set();
            watch.Join();
        }

        return new JsonObject
        {
            ["model"] = KnownBackbones.ClipViTB16.Name,
            ["fileMegabytes"] = Math.Round(size / 1e6, 1),
            ["loadSeconds"] = Math.Round(load, 4),
            ["readIntoFreshMemorySeconds"] = Math.Round(readFresh, 4),
            ["readThroughABufferSeconds"] = Math.Round(readBuffered, 4),
            ["loadToRead"] = Math.Round(load / readFresh, 3),
            ["loadToBufferedRead"] = Math.Round(load / readBuffered, 3),
            ["peakMemoryToModel"] = Math.Round((double)(peak - before) / size, 3),
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
        while (stream.Read(buffer) > 0)
        {
        }
    }

    private static double Seconds(Action action)
    {
        GC.Collect(); // a large array of the round before is given back, so that the next one is fresh memory
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
