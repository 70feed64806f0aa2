using System.Text.Json.Nodes;
using LiftPlus.Backbones;
using LiftPlus.Data;
using LiftPlus.Inference;
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
    [MemberData(nameof(Cases))]
    public void TheFilePreparesPixelsAsTheLibraryDoes(bool squash, ResizeFilter filter, int views)
    {
        using FineTunedModel model = Create(squash, filter, views);
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
        foreach (bool preprocessing in new[] { false, true })
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

    // Without a network after it, whose answer hardly changes with a few pixels.
    [Theory]
    [InlineData(true, ResizeFilter.Bilinear)]
    [InlineData(true, ResizeFilter.Bicubic)]
    [InlineData(false, ResizeFilter.Bilinear)]
    [InlineData(false, ResizeFilter.Bicubic)]
    public void ThePixelsOfTheFileAreThoseOfTheLibrary(bool squash, ResizeFilter filter)
    {
        const int Side = 24;
        using Backbone usual = ToyModels.CreateBackbone("ViT");
        BackboneConfig config = usual.Config with
        {
            Preprocess = new PreprocessConfig
            {
                ImageSize = Side,
                Mean = [0, 0, 0],
                Std = [1, 1, 1],
                Squash = squash,
                Filter = filter,
            },
        };
        InferenceOptions inference = new();
        OnnxExport.Write(
            _folder["pixels.onnx"],
            new OnnxExportOptions { Preprocessing = true },
            [],
            graph => graph.Output("pixels", new ImageInput(graph, config, inference).Pixels(), ImageInput.Batch, 3, Side, Side),
            CancellationToken.None
        );
        using OnnxModel file = new(_folder["pixels.onnx"]);
        PixelNormalizer normalizer = new(config.Preprocess.Mean, config.Preprocess.Std);
        float[] expected = new float[3 * Side * Side];
        foreach ((int width, int height) in new[] { (24, 24), (61, 40), (33, 97), (9, 14), (300, 211) })
        {
            byte[] pixels = Waves.Pixels(width, height, 3);
            RgbImage[] views = InferenceLoader
                .Transform(config.Preprocess, inference)
                .Apply(RgbImage.FromPixels(pixels, width, height), new TransformContext(new TorchRandom(0), 0));
            using RgbImage view = Assert.Single(views);
            normalizer.Write(view, expected);
            using Tensor found = file.Run(pixels, [1, height, width, 3], "pixels");
            float[] off = [.. expected.Zip(found.data<float>()).Select(pair => MathF.Abs(pair.First - pair.Second) * byte.MaxValue)];
            Assert.True(off.Max() < 1.001f, $"{width} x {height}: {off.Max()} levels off"); // one level at most
            Assert.InRange(off.Count(level => level > 0.5f), 0, off.Length / 10);
        }
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
