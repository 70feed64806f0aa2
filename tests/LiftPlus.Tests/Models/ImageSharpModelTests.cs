using LiftPlus.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace LiftPlus.Tests.Models;

/// <summary>ImageSharp through a whole run: datasets, training, the saved model, predictions and services.</summary>
public sealed class ImageSharpModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheDecoderGoesWithTheModel()
    {
        ImageSharpDecoder decoder = new();
        using (FineTunedModel trained = Train())
        {
            trained.Save(_folder["model"]);
            Assert.Equal("green", trained.Predict(Tiff(1)).ClassName);
        }

        ModelLoadOptions options = new() { CreateBackbone = TestWorld.CreateBackbone, Device = "cpu" };
        string message = Assert.Throws<LiftPlusException>(() => FineTunedModel.Load(_folder["model"], options)).Message;
        Assert.Contains(nameof(ImageSharpDecoder), message);
        using (FineTunedModel loaded = FineTunedModel.Load(_folder["model"], options with { Decoder = decoder }))
            Assert.Equal("blue", loaded.Predict(Tiff(2)).ClassName);

        await using ServiceProvider services = new ServiceCollection()
            .AddSingleton<IImageDecoder>(decoder)
            .AddImageClassifier(served => (served.Model, served.CreateBackbone) = (_folder["model"], TestWorld.CreateBackbone))
            .BuildServiceProvider();
        var classifier = services.GetRequiredService<IImageClassifier>();
        Assert.Equal("red", (await classifier.PredictAsync(Tiff(0))).ClassName);
        using Image<Bgra32> image = Painted(1).CloneAs<Bgra32>();
        Assert.Equal("green", (await classifier.PredictAsync(image)).ClassName);
    }

    [Fact]
    public void AnImageOfAnyPixelTypeIsClassifiedAsItsFile()
    {
        using FineTunedModel model = TestWorld.Builder().Build().Fit(TestWorld.Dataset(6, 6, 6));
        using Image<Rgb24> image = Painted(2);
        Prediction expected = model.Predict(TestWorld.Png(2));
        Check(image);
        Check(image.CloneAs<Rgba64>());
        Check(image.CloneAs<Argb32>());

        void Check(Image any)
        {
            Prediction got = model.Predict(any, new PredictionOptions { Top = 3 });
            Assert.Equal(expected.ClassName, got.ClassName);
            Assert.Equal(expected.Probability, got.Probability, 5);
            Assert.Equal(3, got.Top.Length);
        }
    }

    private FineTunedModel Train()
    {
        for (int label = 0; label < TestWorld.Names.Length; label++)
        {
            string folder = Directory.CreateDirectory(_folder[$"train/{TestWorld.Names[label]}"]).FullName;
            for (int i = 0; i < 8; i++)
                File.WriteAllBytes(Path.Combine(folder, $"{i}.tiff"), Tiff(label));
        }

        ImageDataset train = ImageDataset.FromFolder(
            _folder["train"],
            options: new DatasetReadOptions { Decoder = new ImageSharpDecoder() }
        );
        Assert.Equal(24, train.Count);
        return TestWorld.Builder().UseImageSharp().Build().Fit(train);
    }

    private static byte[] Tiff(int label)
    {
        using Image<Rgb24> image = Painted(label);
        using var file = new MemoryStream();
        image.SaveAsTiff(file);
        return file.ToArray();
    }

    // As TestWorld.Png.
    private static Image<Rgb24> Painted(int label) =>
        new(20, 24, new Rgb24(label == 0 ? (byte)230 : (byte)60, label == 1 ? (byte)230 : (byte)60, label == 2 ? (byte)230 : (byte)60));
}
