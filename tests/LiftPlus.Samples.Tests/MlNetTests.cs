using LiftPlus.Samples.MlNet;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace LiftPlus.Samples.Tests;

public sealed class MlNetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("liftplus-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void TheStageSaysWhatTheModelSaysAndATrainerLearnsFromItsEmbeddings()
    {
        string saved = Path.Combine(_folder, "model");
        Demonstration.Result result = Demonstration.Run(_folder, images =>
        {
            FineTunedModel model = Demonstration.FineTune(images);
            model.Save(saved);
            return model;
        });
        using FineTunedModel loaded = FineTunedModel.Load(saved, new ModelLoadOptions { Device = "cpu" });
        Demonstration.Row row = result.Rows[0];
        Prediction prediction = loaded.Predict(row.ImagePath);
        Assert.Equal(prediction.ClassName, row.PredictedClass);
        Assert.Equal(prediction.Probability, row.Probability, tolerance: 1e-5f); // equal up to rounding
        Assert.True(result.ClassAccuracy > 4.0 / 64, $"{result.ClassAccuracy}"); // chance is 1 of 64 classes
        Assert.True(result.FillAccuracy > 2.0 / 6, $"{result.FillAccuracy}"); // and 1 of 6 fills
    }

    [Theory]
    [InlineData(MLPixelFormat.Bgra32)]
    [InlineData(MLPixelFormat.Rgba32)]
    public void AnImageOfMlNetIsItsPixels(MLPixelFormat format)
    {
        byte[] bytes = [.. Enumerable.Range(0, 4 * 5 * 3).Select(i => (byte)(i % 4 == 3 ? 255 : i * 3))];
        using MLImage image = MLImage.CreateFromPixels(5, 3, format, bytes);
        using RgbImage pixels = image.ToPixels();
        Assert.Equal(
            bytes.Chunk(4).SelectMany(p => format == MLPixelFormat.Bgra32 ? new[] { p[2], p[1], p[0] } : [p[0], p[1], p[2]]),
            pixels.ToPacked()
        );
    }

    [Fact]
    public void AnImageThatCannotBeReadEndsThePassAndIsNamed()
    {
        string broken = Path.Combine(_folder, "broken.png");
        File.WriteAllText(broken, "no image");
        using var model = new ZeroShotClassifier(
            Backbone.Load(Path.Combine(AppContext.BaseDirectory, "tiny-clip")),
            new ClassDistribution(["red circle", "blue square"], [1, 1])
        );
        var ml = new MLContext(seed: 0);
        IDataView rows = ml.Data.LoadFromEnumerable([new Image { ImagePath = broken }]);
        IDataView classified = ml.Transforms.ClassifyImages(model).Fit(rows).Transform(rows);
        Exception error = Assert.ThrowsAny<Exception>(() =>
            ml.Data.CreateEnumerable<Classified>(classified, reuseRowObject: false).Count()
        );
        Assert.Contains("broken.png", error.ToString());
    }
}
