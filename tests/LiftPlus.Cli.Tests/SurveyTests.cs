using System.Text.Json;
using LiftPlus.Cli.Checking;
using LiftPlus.Cli.Inputs;
using SkiaSharp;

namespace LiftPlus.Cli.Tests;

public sealed class SurveyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("liftplus-report-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AFolderIsReported_WithWhatIsWrongInIt()
    {
        WriteSet();
        ToolRun run = await ToolRun.RunAsync("check", Path.Combine(_folder, "set"), "--output", Path.Combine(_folder, "out"));
        Assert.Equal(1, run.Code); // an image cannot be read
        string report = File.ReadAllText(Path.Combine(_folder, "out", "report.md"));

        Assert.Contains("# 28 images of 2 classes", report);
        Assert.Contains("Imbalance ratio 6.\nLargest class owl (24), smallest lynx (4)", report);
        Assert.Contains("| medium | 1 | 24 | 85.7 % |", report);
        Assert.Contains("| few | 1 | 4 | 14.3 % |", report);
        Assert.Contains("| width | 20 | 40 | 53 |", report);
        Assert.Contains("**Remarks: 1**\n\n- Not read, files with endings that the decoder does not read: 1 (.tif 1), ", report);
        Assert.Contains("**Unreadable images: 1**", report);
        Assert.Contains("d.png`: its first bytes", report);
        Assert.Contains("**Images that appear in several classes: 1**", report);
        Assert.Contains("**Images that appear more than once: 2**", report);
        Assert.Equal(
            ["curve.png", "few.png", "medium.png", "report.md"],
            Directory.GetFiles(Path.Combine(_folder, "out")).Select(Path.GetFileName).Order()
        );
        Assert.All(Directory.GetFiles(Path.Combine(_folder, "out"), "*.png"), AssertDrawn);
        Assert.Contains("# 28 images of 2 classes", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("curve.png", run.Output, StringComparison.Ordinal);
        Assert.Contains("Checking: 100 %, 28 of 28 images", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheJsonHasTheSame()
    {
        WriteSet();
        ToolRun run = await ToolRun.RunAsync("check", Path.Combine(_folder, "set"), "--json");
        Assert.Equal(1, run.Code);
        JsonElement result = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(28, result.GetProperty("images").GetInt32());
        Assert.Equal(6, result.GetProperty("imbalanceRatio").GetDouble());
        Assert.Equal("owl", result.GetProperty("classes")[0].GetProperty("name").GetString());
        Assert.Equal(4, result.GetProperty("groups")[2].GetProperty("images").GetInt32());
        Assert.Contains(".tif", Assert.Single(result.GetProperty("remarks").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.EndsWith("d.png", result.GetProperty("unreadable")[0].GetProperty("name").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, result.GetProperty("contradictions")[0].GetArrayLength());
        Assert.Equal(2, result.GetProperty("duplicates").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("report").ValueKind);
    }

    [Fact]
    public async Task AGoodDataset_IsASuccess()
    {
        Write("good/owl/a.png", 20, 1);
        Write("good/lynx/a.png", 20, 2);
        ToolRun run = await ToolRun.RunAsync("check", Path.Combine(_folder, "good"));
        Assert.Equal(0, run.Code);
        Assert.Contains("**Unreadable images: 0**", run.Output, StringComparison.Ordinal);
        Assert.Equal(["good"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("--columns", "file", "The columns are 'file'")]
    [InlineData("--kind", "Cifar10", "CIFAR-10 was not found in")]
    [InlineData("--kind", "PlacesLT", "Places-LT is incomplete")]
    [InlineData("--classes", "nowhere.txt", "nowhere.txt")]
    public async Task ABadPlace_IsNamed(string option, string value, string message)
    {
        ToolRun run = await ToolRun.RunAsync("check", _folder, option, value);
        Assert.Equal(1, run.Code);
        Assert.Empty(run.Output);
        Assert.Contains(message, run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public void ListsAndTablesOpen()
    {
        Write("a b.png", 20, 1);
        string list = Text("list.txt", "a b.png 0\n");
        string table = Text("table.csv", "file,kind\na b.png,owl\n");
        Assert.Equal(
            ["owl"],
            new DatasetPlace(list) { ClassNames = ["owl"] }
                .Open()
                .ClassNames
        );
        Assert.Equal(
            ["owl"],
            new DatasetPlace(table) { Columns = "file, kind" }
                .Open()
                .ClassNames
        );
    }

    [Fact]
    public async Task OnlyCifarIsDownloaded()
    {
        var place = new DatasetPlace(_folder) { Kind = DatasetKind.PlacesLT };
        LiftPlusException e = await Assert.ThrowsAsync<LiftPlusException>(() =>
            place.FetchAsync(new Progress<DownloadProgress>(), CancellationToken.None)
        );
        Assert.Contains("--fetch downloads CIFAR only", e.Message, StringComparison.Ordinal);
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

    private void WriteSet()
    {
        for (int i = 0; i < 24; i++)
            Write($"set/owl/{i}.png", 30 + i, (uint)i);
        Write("set/lynx/a.png", 20, 100);
        Write("set/lynx/b.png", 31, 1); // an owl too
        Write("set/lynx/c.png", 20, 100); // a.png again
        File.WriteAllText(Path.Combine(_folder, "set/lynx/d.png"), "no image");
        File.WriteAllText(Path.Combine(_folder, "set/lynx/e.tif"), "not read");
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
