using System.Diagnostics;
using LiftPlus.Core.Tests;
using LiftPlus.Models;
using LiftPlus.Tests;

namespace LiftPlus.Fuzz;

/// <summary>
/// Loads a backbone and a model again and again while another thread overwrites their files in place, as <c>cp</c> does, and cuts them
/// short. Every load gives one of the two versions, whole, or a LiftPlusException.
/// </summary>
internal static class OverwriteScenario
{
    public static int Run(string folder, int seconds)
    {
        string[] versions = [.. new[] { 1, 2 }.Select(seed => WriteBackbone(Path.Combine(folder, $"backbone-{seed}"), seed))];
        HashSet<string> sound = [.. versions.Select(Hash)];
        string backbone = Path.Combine(folder, "backbone"),
            model = Path.Combine(folder, "model");
        Copy(versions[0], backbone);
        using (FineTunedModel trained = TestWorld.Builder().UseEpochs(1).Build().Fit(TestWorld.Dataset(3, 2, 2)))
            trained.Save(model);
        string[] targets =
        [
            .. Directory.GetFiles(backbone).Select(file => Path.GetFileName(file)).Select(name => Path.Combine(backbone, name)),
            .. Directory.GetFiles(model),
        ];
        byte[][][] contents =
        [
            .. targets.Select(target =>
                Path.GetDirectoryName(target) == backbone
                    ? versions.Select(version => File.ReadAllBytes(Path.Combine(version, Path.GetFileName(target)))).ToArray()
                    : [File.ReadAllBytes(target)]
            ),
        ];

        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var writer = new Thread(() => Overwrite(targets, contents, stop.Token));
        writer.Start();
        (int right, int refused, int wrong) = (0, 0, 0);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                wrong += sound.Contains(Hash(backbone)) ? 0 : 1;
                right++;
                FineTunedModel.Load(model, new ModelLoadOptions { CreateBackbone = TestWorld.CreateBackbone, Device = "cpu" }).Dispose();
                right++;
            }
            catch (LiftPlusException)
            {
                refused++;
            }
        }

        writer.Join();
        Console.WriteLine($"right {right} refused {refused} wrong {wrong}");
        return wrong == 0 && right > 0 && refused > 0 ? 0 : 1;
    }

    private static void Overwrite(string[] targets, byte[][][] contents, CancellationToken stop)
    {
        var random = new Random(1);
        while (!stop.IsCancellationRequested)
        {
            int file = random.Next(targets.Length);
            byte[] content = contents[file][random.Next(contents[file].Length)];
            using (var stream = new FileStream(targets[file], FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
            {
                if (random.Next(3) == 0)
                    stream.SetLength(random.Next(content.Length));
                for (int at = 0; at < content.Length; at += 1 << 14)
                    stream.Write(content.AsSpan(at, Math.Min(1 << 14, content.Length - at)));
                stream.SetLength(content.Length);
            }

            if (random.Next(4) == 0)
                Thread.Sleep(random.Next(20)); // sometimes a load comes between
        }
    }

    private static string WriteBackbone(string folder, int seed)
    {
        using Backbone backbone = new(TinyBackbones.Clip);
        backbone.Initialize(seed);
        backbone.Save(folder);
        return folder;
    }

    private static string Hash(string folder)
    {
        using var backbone = Backbone.Load(folder);
        return WeightsHash.Compute(backbone);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
