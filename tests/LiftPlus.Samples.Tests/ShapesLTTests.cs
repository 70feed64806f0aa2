using LiftPlus.Samples.Shapes;

namespace LiftPlus.Samples.Tests;

public class ShapesLTTests
{
    private readonly ShapesLT _task = new(seed: 0);

    [Fact]
    public void HasAtLeast60ClassesWithUniqueThreeWordNames()
    {
        Assert.Equal(ShapesLT.ClassCount, _task.Classes.ClassCount);
        Assert.True(_task.Classes.ClassCount >= 60);
        Assert.Distinct(_task.Classes.Names);
        Assert.All(_task.Classes.Names, name => Assert.Equal(3, name.Split(' ').Length));
    }

    [Fact]
    public void TrainingCountsAreLongTailedOverAllThreeGroups()
    {
        Assert.Equal(500, _task.Classes.Counts.Max());
        Assert.Equal(5, _task.Classes.Counts.Min());
        Assert.Equal(100, _task.Classes.ImbalanceRatio);
        ILookup<ShotGroup, int> groups = Enumerable.Range(0, ShapesLT.ClassCount).ToLookup(_task.Classes.GroupOf);
        Assert.All(Enum.GetValues<ShotGroup>(), group => Assert.InRange(groups[group].Count(), 15, 30));
    }

    [Fact]
    public void TestSetIsBalanced() =>
        Assert.All(_task.Items(Split.Test).CountBy(item => item.Label), entry => Assert.Equal(ShapesLT.TestImagesPerClass, entry.Value));

    [Fact]
    public void ClassesAndCountsAreTheSameForEverySeed()
    {
        ShapesLT other = new(seed: 7);
        Assert.Equal(_task.Classes.Names, other.Classes.Names);
        Assert.Equal(_task.Classes.Counts, other.Classes.Counts);
    }

    [Fact]
    public void NoWordIsMuchMoreFrequentInTheHeadThanInTheTail()
    {
        // Every colour and shape has classes in both halves, so rarity does not depend on a word.
        int[] byCount = [.. Enumerable.Range(0, ShapesLT.ClassCount).OrderByDescending(c => _task.Classes.Counts[c])];
        HashSet<string> head = [.. byCount.Take(32).SelectMany(c => _task.Classes.Names[c].Split(' '))];
        HashSet<string> tail = [.. byCount.Skip(32).SelectMany(c => _task.Classes.Names[c].Split(' '))];
        Assert.Subset(head, tail);
        Assert.Subset(tail, head);
    }

    [Fact]
    public void AnImageDependsOnItsKeysAlone()
    {
        byte[] first = _task.Draw(Split.Train, 3, 4).Pixels;
        _task.Draw(Split.Train, 5, 0);
        Assert.Equal(first, new ShapesLT(seed: 0).Draw(Split.Train, 3, 4).Pixels);
        Assert.Equal(ShapesLT.ImageSize * ShapesLT.ImageSize * 3, first.Length);
    }

    [Theory]
    [InlineData(1, Split.Train, 3, 4)]
    [InlineData(0, Split.Test, 3, 4)]
    [InlineData(0, Split.Train, 2, 4)]
    [InlineData(0, Split.Train, 3, 5)]
    public void AnotherKeyGivesAnotherImage(int seed, Split split, int label, int index) =>
        Assert.NotEqual(_task.Draw(Split.Train, 3, 4).Pixels, new ShapesLT(seed).Draw(split, label, index).Pixels);

    [Fact]
    public void TrainingAndTestImagesAreDisjoint()
    {
        HashSet<string> train = [.. Keys(Split.Train, perClass: 8)];
        Assert.All(Keys(Split.Test, perClass: 8), key => Assert.DoesNotContain(key, train));
        Assert.True(train.Count > 400); // and no two training images are alike
    }

    [Fact]
    public void PretrainingDrawsTheClassesInAnotherStyle()
    {
        List<Thing> world = [.. Words.AllThings];
        double clean = _task.Things.Average(thing =>
            Colourfulness(CaptionedImages.Draw(0, Split.Pretraining, world.IndexOf(thing), 0, ShapesLT.ImageSize).Image)
        );
        double wild = Enumerable.Range(0, ShapesLT.ClassCount).Average(label => Colourfulness(_task.Draw(Split.Train, label, 0)));
        Assert.True(
            clean > wild + 30,
            $"The most colourful pixel of a clean image has {clean:0}, of a wild one {wild:0}: haze should take at least 30."
        );
    }

    [Fact]
    public void LoadsAsADataset()
    {
        ImageDataset data = _task.Load(Split.Test);
        Assert.Equal(_task.Classes.Names, data.ClassNames);
        Assert.Equal(ShapesLT.ClassCount * ShapesLT.TestImagesPerClass, data.Count);
        LabeledImage item = data[ShapesLT.TestImagesPerClass * 2 + 1];
        using RgbImage image = new SkiaImageDecoder().Decode(item.Source);
        Assert.Equal(2, item.Label);
        Assert.Equal(_task.Draw(Split.Test, 2, 1).Pixels, image.ToPacked());
    }

    [Fact]
    public void WritesAFolderOfClassesThatReadsBackToTheSamePixels()
    {
        string folder = Directory.CreateTempSubdirectory("shapes-lt").FullName;
        try
        {
            _task.WriteFolder(folder, Split.Test);
            string[] files = Directory.GetFiles(folder, "*.png", SearchOption.AllDirectories);
            Assert.Equal(ShapesLT.ClassCount * ShapesLT.TestImagesPerClass, files.Length);
            string name = _task.Classes.Names[9];
            using SkiaSharp.SKBitmap read = SkiaSharp.SKBitmap.Decode(Path.Combine(folder, name, "00002.png"));
            SkiaSharp.SKColor corner = read.GetPixel(0, 0);
            byte[] found = [corner.Red, corner.Green, corner.Blue];
            Assert.Equal(_task.Draw(Split.Test, 9, 2).Pixels[..3], found);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Returns the largest difference between the channels of a pixel, averaged over 2x2 pixels to reduce noise.</summary>
    private static double Colourfulness(DrawnImage image)
    {
        int size = image.Size;
        double Channel(int x, int y, int c) =>
            (
                image.Pixels[(y * size + x) * 3 + c]
                + image.Pixels[(y * size + x + 1) * 3 + c]
                + image.Pixels[((y + 1) * size + x) * 3 + c]
                + image.Pixels[((y + 1) * size + x + 1) * 3 + c]
            ) / 4.0;
        return (
            from y in Enumerable.Range(0, size - 1)
            from x in Enumerable.Range(0, size - 1)
            let channels = (double[])[Channel(x, y, 0), Channel(x, y, 1), Channel(x, y, 2)]
            select channels.Max() - channels.Min()
        ).Max();
    }

    private IEnumerable<string> Keys(Split split, int perClass) =>
        _task
            .Items(split)
            .Where(item => item.Index < perClass)
            .Select(item => Convert.ToBase64String(_task.Draw(split, item.Label, item.Index).Pixels));
}
