using SkiaSharp;

namespace LiftPlus.Data.Tests;

public sealed class DatasetCheckTests : IDisposable
{
    private readonly TestImages _images = new();

    public static TheoryData<string, string> Faults => BrokenImages.All;

    public void Dispose() => _images.Dispose();

    [Fact]
    public void SoundImagesPass_WithTheirSizes()
    {
        ImageDataset dataset = _images.Dataset(9, 50, 20);
        DatasetCheck check = dataset.Check();
        Assert.Empty(check.Unreadable);
        Assert.Same(dataset, check.Readable());
        check.ThrowIfUnreadable();
        for (int i = 0; i < dataset.Count; i++)
            Assert.Equal(new ImageSize(50 + i % 7, 20 + i % 5), check.Sizes[i]);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void EveryFaultIsFound_NamedAndLeftOut(string fault, string reason)
    {
        ImageDataset dataset = _images.Dataset(6);
        BrokenImages.Break(dataset[3].Name, fault);

        DatasetCheck check = dataset.Check();

        UnreadableImage only = Assert.Single(check.Unreadable);
        Assert.Equal(dataset[3].Name, only.Name);
        Assert.Contains(reason, only.Reason);
        Assert.Null(check.Sizes[3]);
        Assert.Equal(dataset.Where(image => image != dataset[3]), check.Readable());
        string message = Assert.Throws<LiftPlusException>(check.ThrowIfUnreadable).Message;
        Assert.StartsWith(
            $"1 of 6 images cannot be read; repair or remove them, or choose to skip them.\n  '{dataset[3].Name}': ",
            message
        );
    }

    [Fact]
    public void ManyFaultsAreCountedAndTheFirstNamed()
    {
        var dataset = new ImageDataset(Enumerable.Range(0, 30).Select(i => new LabeledImage(_images.PathOf($"{i}.jpg"), 0)), ["a"]);
        DatasetCheck check = dataset.Check();
        string message = Assert.Throws<LiftPlusException>(() => check.Readable()).Message;
        Assert.StartsWith("30 of 30 images cannot be read", message);
        Assert.EndsWith("\n  and 10 more", message);
        Assert.Contains("19.jpg", message);
        Assert.DoesNotContain("20.jpg", message);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void LargeFilesOfEveryFormatPass_AndCutOffTheyDoNot(SKEncodedImageFormat format)
    {
        byte[] bytes = TestImages.Encode(700, 500, 1, format);
        Assert.True(bytes.Length > 70_000, "the test is about files that are not read whole");
        ImageDataset dataset = Files(bytes, [.. bytes, .. new byte[100]], bytes[..^4000], bytes[..^1]); // the second with padding
        DatasetCheck check = dataset.Check();
        Assert.Equal([new ImageSize(700, 500), new ImageSize(700, 500)], check.Sizes.Take(2));
        Assert.Contains(dataset[2].Name, check.Unreadable.Select(image => image.Name));
        AssertAgreesWithDecoding(dataset, check);
    }

    [Fact]
    public void ContentCounts_NotTheExtension() =>
        Assert.Empty(
            Files(TestImages.Encode(30, 20, 1, SKEncodedImageFormat.Png), TestImages.Encode(30, 20, 1, SKEncodedImageFormat.Webp))
                .Check()
                .Unreadable
        );

    [Fact]
    public void LongNotesBeforeTheHeaderAreReadPast()
    {
        byte[] jpeg = TestImages.Encode(500, 300, 1, SKEncodedImageFormat.Jpeg),
            note = new byte[0xFFFF + 2];
        (note[0], note[1], note[2], note[3]) = (0xFF, 0xE1, 0xFF, 0xFF);
        DatasetCheck check = Files([.. jpeg[..2], .. note, .. note, .. jpeg[2..]]).Check();
        Assert.Equal(new ImageSize(500, 300), check.Sizes[0]);
    }

    [Fact]
    public void ImagesInMemoryArePassedOver()
    {
        using RgbImage image = TestImages.Image(8, 8);
        DatasetCheck check = ImageDataset.FromImages([(image, 0)], ["a"]).Check();
        Assert.Empty(check.Unreadable);
        Assert.Null(check.Sizes[0]);
    }

    [Fact]
    public void ImagesInsideOtherFilesAreReadThere()
    {
        byte[] first = TestImages.Encode(40, 30, 1, SKEncodedImageFormat.Jpeg),
            second = TestImages.Encode(50, 20, 2, SKEncodedImageFormat.Png);
        string container = _images.Write("all.bin", [1, 2, 3, .. first, .. second]);
        var dataset = new ImageDataset(
            [
                new LabeledImage(ImageSource.FromFilePart(container, 3, first.Length, "first"), 0),
                new LabeledImage(ImageSource.FromFilePart(container, 3 + first.Length, second.Length, "second"), 0),
                new LabeledImage(ImageSource.FromFilePart(container, 3 + first.Length, second.Length + 10_000_000, "outside"), 0),
            ],
            ["a"]
        );
        DatasetCheck check = dataset.Check();
        Assert.Equal([new ImageSize(40, 30), new ImageSize(50, 20)], check.Sizes.Take(2));
        using RgbImage decoded = new SkiaImageDecoder().Decode(dataset[1].Source),
            expected = new SkiaImageDecoder().Decode(second, "");
        Assert.Equal(expected.ToPacked(), decoded.ToPacked());
        using RgbImage view = Assert.Single(
            new MinimalistAugmentationOptions()
                .CreatePipeline(16)
                .Read(dataset[0], new SkiaImageDecoder(), new TransformContext(new StreamRandom(1, 0, 0), 0))
        );
        Assert.Equal(16, view.Width);
    }

    [Fact]
    public void ProgressEndsAtTheCount_AndCancellingStops()
    {
        ImageDataset dataset = _images.Dataset(12);
        var reports = new Reports();
        dataset.Check(progress: reports);
        Assert.Equal(new DatasetCheckProgress(12, 12), reports.Last);
        Assert.Throws<OperationCanceledException>(() => dataset.Check(cancellationToken: new CancellationToken(true)));
    }

    [Fact]
    public void ADecodersOwnFailureIsAFaultOfTheImage()
    {
        DatasetCheck check = _images.Dataset(2).Check(new Failing());
        Assert.All(check.Unreadable, image => Assert.Equal("InvalidOperationException: mine", image.Reason));
        Assert.Equal(2, check.Unreadable.Length);
    }

    private ImageDataset Files(params byte[][] files) =>
        new(files.Select((bytes, i) => new LabeledImage(_images.Write($"{i}.jpg", bytes), 0)), ["a"]);

    private static void AssertAgreesWithDecoding(ImageDataset dataset, DatasetCheck check)
    {
        var decoder = new SkiaImageDecoder();
        foreach (LabeledImage image in dataset)
        {
            bool listed = check.Unreadable.Any(unreadable => unreadable.Name == image.Name);
            if (listed)
                Assert.Throws<ImageDecodeException>(() => decoder.Decode(image.Source));
            else
                decoder.Decode(image.Source).Dispose();
        }
    }

    private sealed class Reports : IProgress<DatasetCheckProgress>
    {
        public DatasetCheckProgress Last { get; private set; }

        public void Report(DatasetCheckProgress value) => Last = value;
    }

    private sealed class Failing : IImageDecoder
    {
        public RgbImage Decode(ReadOnlySpan<byte> encoded, string name) => throw new InvalidOperationException("mine");
    }
}
