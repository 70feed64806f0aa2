using System.Formats.Tar;
using LiftPlus.Samples.Shapes;
using LiftPlus.TestSupport;
using SkiaSharp;

namespace LiftPlus.Benchmarks;

/// <summary>
/// Provides JPEG files to read: caltech60-lt if the shared folder contains it, otherwise drawn images of a similar size. Disposing removes
/// them.
/// </summary>
internal sealed class Photographs : IDisposable
{
    private const string Archive = "caltech60-lt";
    private readonly string _folder = Directory.CreateTempSubdirectory("liftplus-bench-").FullName;

    public Photographs()
    {
        if (Repository.Shared("data", $"{Archive}.tar") is string archive)
        {
            TarFile.ExtractToDirectory(archive, _folder, overwriteFiles: false);
            string root = Path.Combine(_folder, Archive);
            Train = ImageDataset.FromList(
                Path.Combine(root, "train_lt_if100.txt"),
                null,
                ImageDataset.ReadClassNames(Path.Combine(root, "classnames.txt"))
            );
            Source = Archive;
            return;
        }

        Draw();
        Train = ImageDataset.FromFolder(_folder);
        Source = $"drawn images, 300 x 300 ({Archive} is absent)";
    }

    public ImageDataset Train { get; }

    /// <summary>Gets a description of the images.</summary>
    public string Source { get; }

    /// <summary>Returns the given number of images, spread evenly over the whole set.</summary>
    public ImageDataset Sample(int count) => Train.Subset(Enumerable.Range(0, count).Select(i => (int)((long)i * Train.Count / count)));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Draw()
    {
        const int perClass = 20;
        const int size = 300;
        var world = new ShapesLT();
        Parallel.For(0, ShapesLT.ClassCount * perClass, i =>
        {
            (int label, int index) = (i / perClass, i % perClass);
            string folder = Directory.CreateDirectory(Path.Combine(_folder, world.Things[label].Name)).FullName;
            using SKBitmap bitmap = SKBitmap.Decode(world.Draw(Split.Train, label, index, size).ToPng());
            using SKData jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
            File.WriteAllBytes(Path.Combine(folder, $"{index}.jpg"), jpeg.ToArray());
        });
    }
}
