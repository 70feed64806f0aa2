using LiftPlus.Data;

namespace LiftPlus.Tests.Training;

public sealed class UnreadableImagesTests : IDisposable
{
    private readonly string _folder = TestWorld.TemporaryFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Fit_FailsBeforeTraining_AndNamesEveryOne()
    {
        ImageDataset train = Files(12, broken: [3, 7]);
        List<TrainingPhase> phases = [];
        string message = Assert
            .Throws<LiftPlusException>(() => TestWorld.Builder().Build().Fit(train, progress: new Phases(phases)))
            .Message;
        Assert.StartsWith("2 of 12 images cannot be read", message);
        Assert.Contains(train[3].Name, message);
        Assert.Contains(train[7].Name, message);
        Assert.All(phases, phase => Assert.Equal(TrainingPhase.Checking, phase));
        Assert.NotEmpty(phases);
    }

    [Fact]
    public void Fit_WithoutValidate_FailsAtTheImage()
    {
        ImageDataset train = Files(12, broken: [3]);
        Assert.Equal(
            train[3].Name,
            Assert
                .Throws<ImageDecodeException>(() => TestWorld.Builder().UseTraining(t => t with { CheckImages = false }).Build().Fit(train))
                .Name
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fit_Skipping_TrainsOnTheRest_AndListsThem(bool validate)
    {
        ImageDataset train = Files(12, broken: [3]);
        using FineTunedModel model = TestWorld
            .Builder()
            .UseTraining(t => t with { CheckImages = validate, Unreadable = UnreadablePolicy.Skip })
            .Build()
            .Fit(train);
        Assert.Equal([train[3].Name], model.SkippedImages.Select(image => image.Name));
        Assert.Equal(validate ? 11 : 12, model.Classes.Total);
    }

    [Fact]
    public void Fit_LogsWhatTheDatasetPassedOver_Once()
    {
        foreach (string name in TestWorld.Names)
        {
            Directory.CreateDirectory(Path.Combine(_folder, "set", name));
            for (int i = 0; i < 4; i++)
                File.WriteAllBytes(Path.Combine(_folder, "set", name, $"{i}.png"), TestWorld.Png(Array.IndexOf(TestWorld.Names, name)));
        }

        File.WriteAllText(Path.Combine(_folder, "set", "red", "scan.tif"), "");
        List<string> log = [];
        (ImageDataset train, ImageDataset validation) = ImageDataset.FromFolder(Path.Combine(_folder, "set")).HoldOut(0.25);
        using FineTunedModel model = TestWorld.Builder().UseEpochs(1).UseLogger(new ListLogger(log)).Build().Fit(train, validation);
        string line = Assert.Single(log, line => line.Contains("scan.tif", StringComparison.Ordinal));
        Assert.StartsWith("Warning: The dataset: ", line);
        Assert.Contains("(.tif 1)", line);
    }

    [Fact]
    public void Evaluate_FailsOrListsByPolicy()
    {
        using FineTunedModel model = TestWorld.Builder().UseEpochs(1).Build().Fit(TestWorld.Dataset(4, 4, 4));
        ImageDataset test = Files(12, broken: [5]);
        Assert.Equal(test[5].Name, Assert.Throws<ImageDecodeException>(() => model.Evaluate(test)).Name);

        model.Inference = model.Inference with { Unreadable = UnreadablePolicy.Skip };
        EvaluationReport report = model.Evaluate(test);
        Assert.Equal(11, report.Metrics.Count);
        UnreadableImage skipped = Assert.Single(report.SkippedImages);
        Assert.Equal(test[5].Name, skipped.Name);
        Assert.Contains(
            $"Left out because they cannot be read (1):{Environment.NewLine}{Environment.NewLine}- `{test[5].Name}`: {skipped.Reason}",
            report.ToMarkdown()
        );
        Assert.Contains("\"skippedImages\": [", report.ToJson());
        Assert.Equal(11, model.Predict([.. test.Select(image => image.Name)], top: 1).Count);
    }

    private ImageDataset Files(int count, int[] broken)
    {
        using var image = new SkiaSharp.SKBitmap(20, 24);
        image.Erase(SkiaSharp.SKColors.Olive);
        using SkiaSharp.SKData png = image.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100);
        byte[] bytes = png.ToArray();
        var images = new List<LabeledImage>();
        for (int i = 0; i < count; i++)
        {
            string path = Path.Combine(_folder, $"{i}.png");
            File.WriteAllBytes(path, broken.Contains(i) ? bytes[..(bytes.Length / 2)] : bytes);
            images.Add(new LabeledImage(path, i % 3));
        }

        return new ImageDataset(images, TestWorld.Names);
    }

    private sealed class Phases(List<TrainingPhase> into) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => into.Add(value.Phase);
    }
}
