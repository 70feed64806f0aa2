using LiftPlus.Samples.DatasetReport;
using SkiaSharp;

namespace LiftPlus.Samples.Tests;

public sealed class DatasetReportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("liftplus-report-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AFolderIsReported_WithWhatIsWrongInIt()
    {
        for (int i = 0; i < 24; i++)
            Write($"set/owl/{i}.png", 30 + i, (uint)i);
        Write("set/lynx/a.png", 20, 100);
        Write("set/lynx/b.png", 31, 1); // an owl too
        Write("set/lynx/c.png", 20, 100); // a.png again
        File.WriteAllText(Path.Combine(_folder, "set/lynx/d.png"), "no image");

        var survey = Survey.Of(new Source(Path.Combine(_folder, "set")).Open());
        string report = File.ReadAllText(Report.Write(survey, Path.Combine(_folder, "out")));

        Assert.Contains("# 28 images of 2 classes", report);
        Assert.Contains("Imbalance ratio 6.\nLargest class owl (24), smallest lynx (4)", report);
        Assert.Contains("| medium | 1 | 24 | 85.7 % |", report);
        Assert.Contains("| few | 1 | 4 | 14.3 % |", report);
        Assert.Contains("| width | 20 | 40 | 53 |", report);
        Assert.Contains("**Unreadable images: 1**", report);
        Assert.Contains("d.png`: its first bytes", report);
        Assert.Contains("**Images that appear in several classes: 1**", report);
        Assert.Contains("**Images that appear more than once: 2**", report);
        Assert.Equal(
            ["curve.png", "few.png", "medium.png", "report.md"],
            Directory.GetFiles(Path.Combine(_folder, "out")).Select(Path.GetFileName).Order()
        );
        Assert.All(Directory.GetFiles(Path.Combine(_folder, "out"), "*.png"), AssertDrawn);
    }

    [Fact]
    public void EverySourceOpens()
    {
        Write("a b.png", 20, 1);
        string list = Text("list.txt", "a b.png 0\n");
        string names = Text("names.txt", "owl\n");
        string table = Text("table.csv", "file,kind\na b.png,owl\n");
        Assert.Equal(
            ["owl"],
            new Source(list) { ClassNames = names }
                .Open()
                .ClassNames
        );
        Assert.Equal(
            ["owl"],
            new Source(table) { Columns = "file, kind" }
                .Open()
                .ClassNames
        );
        Assert.Contains(
            "The columns are 'file'",
            Assert.Throws<LiftPlusException>(() => new Source(table) { Columns = "file" }.Open()).Message
        );
        Assert.Contains(
            "CIFAR-10 was not found in",
            Assert.Throws<LiftPlusException>(() => new Source(_folder) { Kind = SourceKind.Cifar10 }.Open()).Message
        );
        Assert.Contains(
            "Places-LT is incomplete",
            Assert.Throws<LiftPlusException>(() => new Source(_folder) { Kind = SourceKind.PlacesLT }.Open()).Message
        );
    }

    [Fact]
    public void ImagesInMemoryAreComparedToo()
    {
        using RgbImage image = RgbImage.FromPixels(new byte[12], 2, 2);
        using RgbImage other = RgbImage.FromPixels([.. Enumerable.Repeat((byte)7, 12)], 2, 2);
        var survey = Survey.Of(ImageDataset.FromImages([(image, 0), (other, 0), (image, 1)], ["a", "b"]));
        Assert.Equal([0, 2], Assert.Single(survey.Contradictions));
        Assert.All(survey.Sizes, size => Assert.Equal(new ImageSize(2, 2), size));
    }

    // Returns whether the image contains more than its background colour.
    private static void AssertDrawn(string file)
    {
        using SKBitmap bitmap = SKBitmap.Decode(file);
        Assert.True(bitmap.Pixels.Distinct().Take(20).Count() == 20, file);
    }

    private string Text(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private void Write(string name, int width, uint seed)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var bitmap = new SKBitmap(width, 20);
        var random = new Random((int)seed);
        for (int x = 0; x < width; x++)
            bitmap.SetPixel(x, x % 20, new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)));
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(path, data.ToArray());
    }
}
