using System.Text.Json.Nodes;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Exports.Tests;

/// <summary>A file prepares images as its model does where the model squashes them or has another filter.</summary>
public sealed class OnnxResizingTests : IDisposable
{
    private static readonly PredictionOptions s_everything = new() { Probabilities = true };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<bool, ResizeFilter, int> Cases()
    {
        var cases = new TheoryData<bool, ResizeFilter, int>();
        foreach (int views in new[] { 1, 5 })
        {
            cases.Add(true, ResizeFilter.Bilinear, views);
            cases.Add(true, ResizeFilter.Bicubic, views);
            cases.Add(false, ResizeFilter.Bilinear, views);
        }

        return cases;
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void TheFilePreparesPixelsAsTheLibraryDoes(int views)
    {
        using FineTunedModel model = Create(squash: true, ResizeFilter.Bicubic, views);
        OnnxExport.Save(model, _folder["model.onnx"], new OnnxExportOptions { Preprocessing = true });
        foreach ((int width, int height) in new[] { (24, 24), (61, 40), (33, 97), (9, 14) })
        {
            byte[] pixels = Waves.Pixels(width, height, 1);
            using RgbImage image = RgbImage.FromPixels(pixels, width, height);
            IReadOnlyList<float> expected = model.Predict(ImageSource.FromPixels(image.Share()), s_everything).Probabilities;
            using DisposeScope scope = NewDisposeScope();
            using OnnxModel exported = new(_folder["model.onnx"]);
            float[] found = [.. exported.Run(pixels, [1, height, width, 3], "probabilities").data<float>()];
            foreach ((float wanted, float got) in expected.Zip(found))
                Assert.Equal(wanted, got, 0.01f); // a pixel may be one level off
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task AClassifierOfTheFilePreparesAlike(bool squash, ResizeFilter filter, int views)
    {
        using FineTunedModel model = Create(squash, filter, views);
        ImageSource[] images = [.. Enumerable.Range(1, 6).Select(Waves.Image)];
        IReadOnlyList<Prediction> expected = await model.PredictAsync(images, s_everything);
        foreach (bool preprocessing in filter == ResizeFilter.Bicubic ? new[] { false, true } : [false])
        {
            string file = _folder[$"{preprocessing}.onnx"];
            OnnxExport.Save(model, file, new OnnxExportOptions { Preprocessing = preprocessing });
            using OnnxImageClassifier classifier = OnnxImageClassifier.Load(file);
            JsonNode said = JsonNode.Parse(classifier.Metadata["preprocessing"])!;
            Assert.Equal(squash, (bool)said["squash"]!);
            Assert.StartsWith(filter == ResizeFilter.Bilinear ? "bilinear" : "bicubic", (string?)said["filter"]);
            IReadOnlyList<Prediction> found = await classifier.PredictAsync(images, s_everything);
            foreach ((Prediction wanted, Prediction got) in expected.Zip(found))
                Assert.All(wanted.Probabilities.Zip(got.Probabilities), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));
        }
    }

    [Fact]
    public void AFileThatWouldInterpolateLinearlyIsRefused()
    {
        using FineTunedModel model = Create(squash: true, ResizeFilter.Bilinear, views: 1);
        var error = Assert.Throws<LiftPlusException>(() =>
            OnnxExport.Save(model, _folder["model.onnx"], new OnnxExportOptions { Preprocessing = true })
        );
        Assert.Contains("only with the bicubic filter", error.Message);
        Assert.False(File.Exists(_folder["model.onnx"]));
    }

    [Fact]
    public void ABackboneReadFromTheFileResizesAlike()
    {
        using FineTunedModel model = Create(squash: true, ResizeFilter.Bilinear, views: 1);
        OnnxExport.Save(model, _folder["model.onnx"]);
        using Backbone read = Backbone.Load(_folder["model.onnx"]);
        Assert.Equal(model.Backbone.Config.Preprocess, read.Config.Preprocess);
    }

    private static FineTunedModel Create(bool squash, ResizeFilter filter, int views)
    {
        FineTunedModel model = ToyModels.Create(
            () =>
            {
                using Backbone usual = ToyModels.CreateBackbone("ViT");
                Backbone backbone = new(
                    usual.Config with
                    {
                        Preprocess = usual.Config.Preprocess with { Squash = squash, Filter = filter },
                    }
                );
                backbone.Initialize(1);
                return backbone;
            },
            []
        );
        model.Inference = new InferenceOptions { TestTimeEnsemble = views > 1, Expand = views > 1 ? 4 : null };
        return model;
    }
}
