using System.Formats.Tar;
using LiftPlus.TestSupport;

namespace LiftPlus.Data.Tests;

/// <summary>Photographs as they come: 899 sizes, grey ones among them. Skipped where the shared dataset is absent.</summary>
public sealed class RealImagesTests : IDisposable
{
    private const string Archive = "caltech60-lt";

    private readonly TestImages _folder = new();
    private readonly SkiaImageDecoder _decoder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ListsGiveTheKnownLongTail()
    {
        Extract(name => name.EndsWith(".txt", StringComparison.Ordinal));
        IReadOnlyList<string> names = ImageDataset.ReadClassNames(_folder.PathOf($"{Archive}/classnames.txt"));
        ImageDataset train = ImageDataset.FromList(_folder.PathOf($"{Archive}/train_lt_if100.txt"), null, names);
        ImageDataset test = ImageDataset.FromList(_folder.PathOf($"{Archive}/test.txt"), null, names);

        Assert.Equal((60, 3297, 600), (names.Count, train.Count, test.Count));
        Assert.Equal((300, 3), (train.Classes.Counts.Max(), train.Classes.Counts.Min()));
        ShotGroup[] groups = [.. Enumerable.Range(0, 60).Select(train.Classes.GroupOf)];
        Assert.Equal([8, 27, 25], new[] { ShotGroup.Many, ShotGroup.Medium, ShotGroup.Few }.Select(group => groups.Count(g => g == group)));
        Assert.All(test.Classes.Counts, count => Assert.Equal(10, count));
    }

    [Fact]
    public void PartsOfPhotographsEqualTheWhole()
    {
        int number = 0,
            grey = 0;
        Extract(name =>
            name.StartsWith($"{Archive}/test/", StringComparison.Ordinal)
            && name.EndsWith(".jpg", StringComparison.Ordinal)
            && number++ % 4 == 0
        );
        ImageDataset dataset = ImageDataset.FromFolder(_folder.PathOf($"{Archive}/test"));
        Assert.Equal(150, dataset.Count);
        for (int i = 0; i < dataset.Count; i++)
        {
            using RgbImage whole = _decoder.Decode(dataset[i].Name);
            var crop = new RandomResizedCrop(32);
            PixelBox box = crop.ChooseBox(whole.Width, whole.Height, new TransformContext(new StreamRandom(0, 0, i), 0));
            using RgbImage expected = whole.Crop(box),
                part = _decoder.Decode(dataset[i].Source, _ => box, crop.OutputSize);
            Assert.Equal(expected.ToPacked(), part.ToPacked());
            byte[] packed = part.ToPacked();
            grey += Enumerable
                .Range(0, packed.Length / 3)
                .All(p => packed[3 * p] == packed[3 * p + 1] && packed[3 * p] == packed[3 * p + 2])
                ? 1
                : 0;
        }

        Assert.InRange(grey, 1, 50);
    }

    [Fact]
    public void AnEpochOfPhotographsComesThrough()
    {
        int number = 0;
        Extract(name =>
            name.StartsWith($"{Archive}/test/", StringComparison.Ordinal)
            && name.EndsWith(".jpg", StringComparison.Ordinal)
            && number++ % 10 == 0
        );
        ImageDataset dataset = ImageDataset.FromFolder(_folder.PathOf($"{Archive}/test"));
        using var loader = new BatchLoader(
            dataset,
            TransformPipeline.TestTimeEnsemble(64),
            PixelNormalizer.Clip,
            new SequentialSampler(),
            new() { BatchSize = 16, Workers = 2 }
        );
        int read = 0;
        foreach (ImageBatch batch in loader.ReadEpoch(0, 0))
        {
            using (batch)
            {
                Assert.True(batch.Images.isfinite().all().item<bool>());
                read += batch.Count;
            }
        }

        Assert.Equal(dataset.Count, read);
    }

    private void Extract(Func<string, bool> wanted)
    {
        string? archive = Repository.Shared("data", $"{Archive}.tar");
        Assert.SkipWhen(archive is null, $"../shared/data/{Archive}.tar is absent: real photographs are not tested here.");
        using FileStream file = File.OpenRead(archive);
        using var tar = new TarReader(file);
        while (tar.GetNextEntry() is TarEntry entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !wanted(entry.Name))
                continue;
            string path = _folder.PathOf(entry.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            entry.ExtractToFile(path, overwrite: false);
        }
    }
}
