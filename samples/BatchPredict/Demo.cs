using System.Formats.Tar;
using LiftPlus.Samples.Shapes;

namespace LiftPlus.Samples.BatchPredict;

/// <summary>Draws the archive of the demonstration: the test images of ShapesLT in four tar files.</summary>
internal static class Demo
{
    private const int TarFiles = 4;
    private static readonly ShapesLT s_shapes = new();
    private static readonly string s_model = Path.Combine(AppContext.BaseDirectory, "tiny-clip");

    /// <summary>Opens the job in a folder; draws the images and plans it where it is missing.</summary>
    public static PredictionJob OpenJob(string folder)
    {
        string job = Path.Combine(folder, "job");
        if (Directory.Exists(job))
            return PredictionJob.Open(job);
        Directory.CreateDirectory(folder);
        (int Label, int Index)[] items = [.. s_shapes.Items(Split.Test)];
        return PredictionJob.Plan(
            job,
            [.. items.Chunk(items.Length / TarFiles).Select((chunk, i) => WriteTar(Path.Combine(folder, $"shapes-{i}.tar"), chunk))],
            new PredictionJobOptions { Model = s_model }
        );
    }

    /// <summary>Loads TinyClip as a classifier of the shapes.</summary>
    public static ZeroShotClassifier LoadClassifier() => ZeroShotClassifier.Load(s_model, [.. s_shapes.Things.Select(thing => thing.Name)]);

    private static string WriteTar(string file, IEnumerable<(int Label, int Index)> items)
    {
        using var tar = new TarWriter(File.Create(file));
        foreach ((int label, int index) in items)
            tar.WriteEntry(
                new PaxTarEntry(TarEntryType.RegularFile, $"{label:D2}-{index:D2}.png")
                {
                    DataStream = new MemoryStream(s_shapes.Draw(Split.Test, label, index).ToPng()),
                }
            );
        return file;
    }
}
