using SkiaSharp;

namespace LiftPlus.Data.Tests;

public sealed class DatasetCheckTests : IDisposable
{
    private readonly TestPictures _pictures = new();

    public static TheoryData<string, string> Faults => BrokenPictures.All;

    public void Dispose() => _pictures.Dispose();

    [Fact]
    public void SoundPicturesPass_WithTheirSizes()
    {
        ImageDataset dataset = _pictures.Dataset(9, 50, 20);
        DatasetCheck check = dataset.Check();
        Assert.Empty(check.Unreadable);
        Assert.Same(dataset, check.Readable());
        check.ThrowIfUnreadable();
        for (int i = 0; i < dataset.Count; i++)
            Assert.Equal(new PictureSize(50 + i % 7, 20 + i % 5), check.Sizes[i]);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void EveryFaultIsFound_NamedAndLeftOut(string fault, string reason)
    {
        ImageDataset dataset = _pictures.Dataset(6);
        BrokenPictures.Break(dataset[3].Path, fault);

        DatasetCheck check = dataset.Check();

        UnreadablePicture only = Assert.Single(check.Unreadable);
        Assert.Equal(dataset[3].Path, only.Path);
        Assert.Contains(reason, only.Reason);
        Assert.Null(check.Sizes[3]);
        Assert.Equal(dataset.Where(image => image != dataset[3]), check.Readable());
        string message = Assert.Throws<LiftPlusException>(check.ThrowIfUnreadable).Message;
        Assert.StartsWith(
            $"1 of 6 pictures cannot be read; mend or remove them, or choose to skip them.\n  '{dataset[3].Path}': ",
            message
        );
    }

    [Fact]
    public void ManyFaultsAreCountedAndTheFirstNamed()
    {
        var dataset = new ImageDataset(Enumerable.Range(0, 30).Select(i => new LabeledImage(_pictures.PathOf($"{i}.jpg"), 0)), ["a"]);
        DatasetCheck check = dataset.Check();
        string message = Assert.Throws<LiftPlusException>(() => check.Readable()).Message;
        Assert.StartsWith("30 of 30 pictures cannot be read", message);
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
        byte[] bytes = TestPictures.Encode(700, 500, 1, format);
        Assert.True(bytes.Length > 70_000, "the test is about files that are not read whole");
        ImageDataset dataset = Files(bytes, [.. bytes, .. new byte[100]], bytes[..^4000], bytes[..^1]); // the second with padding
        DatasetCheck check = dataset.Check();
        Assert.Equal([new PictureSize(700, 500), new PictureSize(700, 500)], check.Sizes.Take(2));
        Assert.Contains(dataset[2].Path, check.Unreadable.Select(picture => picture.Path));
        AssertAgreesWithDecoding(dataset, check);
    }

    [Fact]
    public void ContentCounts_NotTheExtension() =>
        Assert.Empty(
            Files(TestPictures.Encode(30, 20, 1, SKEncodedImageFormat.Png), TestPictures.Encode(30, 20, 1, SKEncodedImageFormat.Webp))
                .Check()
                .Unreadable
        );

    [Fact]
    public void LongNotesBeforeTheHeaderAreReadPast()
    {
        byte[] jpeg = TestPictures.Encode(500, 300, 1, SKEncodedImageFormat.Jpeg),
            note = new byte[0xFFFF + 2];
        (note[0], note[1], note[2], note[3]) = (0xFF, 0xE1, 0xFF, 0xFF);
        DatasetCheck check = Files([.. jpeg[..2], .. note, .. note, .. jpeg[2..]]).Check();
        Assert.Equal(new PictureSize(500, 300), check.Sizes[0]);
    }

    [Fact]
    public void PicturesInMemoryArePassedOver()
    {
        using RgbImage picture = TestPictures.Picture(8, 8);
        DatasetCheck check = ImageDataset.FromImages([(picture, 0)], ["a"]).Check();
        Assert.Empty(check.Unreadable);
        Assert.Null(check.Sizes[0]);
    }

    [Fact]
    public void PicturesInsideOtherFilesAreReadThere()
    {
        byte[] first = TestPictures.Encode(40, 30, 1, SKEncodedImageFormat.Jpeg),
            second = TestPictures.Encode(50, 20, 2, SKEncodedImageFormat.Png);
        string container = _pictures.Write("all.bin", [1, 2, 3, .. first, .. second]);
        var dataset = new ImageDataset(
            [
                new LabeledImage("first", 0) { Stored = new FileRange(container, 3, first.Length) },
                new LabeledImage("second", 0) { Stored = new FileRange(container, 3 + first.Length, second.Length) },
                new LabeledImage("outside", 0) { Stored = new FileRange(container, 3 + first.Length, second.Length + 10_000_000) },
            ],
            ["a"]
        );
        DatasetCheck check = dataset.Check();
        Assert.Equal([new PictureSize(40, 30), new PictureSize(50, 20)], check.Sizes.Take(2));
        using RgbImage decoded = new SkiaImageDecoder().DecodePicture(dataset[1]),
            expected = new SkiaImageDecoder().Decode(second, "");
        Assert.Equal(expected.ToPacked(), decoded.ToPacked());
        using RgbImage view = Assert.Single(
            TransformPipeline.Training(16).Read(dataset[0], new SkiaImageDecoder(), new TransformContext(new StreamRandom(1, 0, 0), 0))
        );
        Assert.Equal(16, view.Width);
    }

    [Fact]
    public void ProgressEndsAtTheCount_AndCancellingStops()
    {
        ImageDataset dataset = _pictures.Dataset(12);
        var reports = new Reports();
        dataset.Check(progress: reports);
        Assert.Equal(new DatasetCheckProgress(12, 12), reports.Last);
        Assert.Throws<OperationCanceledException>(() => dataset.Check(ct: new CancellationToken(true)));
    }

    [Fact]
    public void ADecodersOwnFailureIsAFaultOfThePicture()
    {
        DatasetCheck check = _pictures.Dataset(2).Check(new Failing());
        Assert.All(check.Unreadable, picture => Assert.Equal("InvalidOperationException: mine", picture.Reason));
        Assert.Equal(2, check.Unreadable.Length);
    }

    private ImageDataset Files(params byte[][] files) =>
        new(files.Select((bytes, i) => new LabeledImage(_pictures.Write($"{i}.jpg", bytes), 0)), ["a"]);

    private static void AssertAgreesWithDecoding(ImageDataset dataset, DatasetCheck check)
    {
        var decoder = new SkiaImageDecoder();
        foreach (LabeledImage image in dataset)
        {
            bool listed = check.Unreadable.Any(picture => picture.Path == image.Path);
            if (listed)
                Assert.Throws<ImageDecodeException>(() => decoder.DecodePicture(image));
            else
                decoder.DecodePicture(image).Dispose();
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
