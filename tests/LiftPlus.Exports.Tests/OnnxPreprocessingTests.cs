using LiftPlus.Data;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Exports.Tests;

/// <summary>Compares what the file makes of pixels with what the library makes of them.</summary>
public sealed class OnnxPreprocessingTests : IDisposable
{
    private static readonly InferenceOptions[] s_inferences =
    [
        new(),
        new() { Expand = 0 },
        new() { TestTimeEnsemble = true, Expand = 5 },
        new()
        {
            TestTimeEnsemble = true,
            MirrorCrops = true,
            Expand = 3,
        },
    ];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<int, int, int> Cases()
    {
        var cases = new TheoryData<int, int, int>();
        foreach (int inference in Enumerable.Range(0, s_inferences.Length))
        {
            foreach ((int width, int height) in new[] { (24, 24), (61, 40), (33, 97), (200, 151), (9, 14), (30, 29), (29, 31) })
                cases.Add(inference, width, height);
        }

        return cases;
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task TheFilePreparesPixelsAsTheLibraryDoes(int inference, int width, int height)
    {
        using FineTunedModel model = ToyModels.Create("CLIP");
        model.Inference = s_inferences[inference];
        OnnxExport.Save(model, _folder["model.onnx"], new OnnxExportOptions { Preprocessing = true });
        byte[][] images = [Waves.Pixels(width, height, 1), Waves.Pixels(width, height, 2)];
        float[][] expected = await ProbabilitiesAsync(model, images, width, height);

        using DisposeScope scope = NewDisposeScope();
        using OnnxModel exported = new(_folder["model.onnx"]);
        float[] found = [.. exported.Run([.. images[0], .. images[1]], [2, height, width, 3], "probabilities").data<float>()];
        foreach ((float wanted, float got) in expected.SelectMany(row => row).Zip(found))
            Assert.Equal(wanted, got, 0.01f); // a pixel may be one level off
        Assert.Equal(
            expected.Select(row => row.IndexOf(row.Max())),
            found.Chunk(ToyModels.Classes.Length).Select(row => row.IndexOf(row.Max()))
        );
    }

    [Fact]
    public void PreparedCrops_AreAveraged()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using FineTunedModel model = ToyModels.Create("CLIP");
        model.Inference = new InferenceOptions { TestTimeEnsemble = true };
        OnnxExport.Save(model, _folder["model.onnx"]);
        using OnnxModel exported = new(_folder["model.onnx"]);
        Tensor crops = ToyModels.Images(model.Backbone, 10).view(2, 5, 3, 24, 24);
        Tensor expected = model.Logits(crops);
        Assert.InRange(TensorMath.Subtract(expected, exported.Run(crops)).abs().max().item<float>(), 0, 1e-4);
        Assert.Equal([2, 24], exported.Run(crops, "features").shape);
    }

    private static async Task<float[][]> ProbabilitiesAsync(FineTunedModel model, byte[][] images, int width, int height)
    {
        List<float[]> rows = [];
        IEnumerable<ImageSource> sources = images.Select(image => ImageSource.FromPixels(RgbImage.FromPixels(image, width, height)));
        await foreach (Prediction prediction in model.PredictEachAsync(sources, new PredictionOptions { Probabilities = true }))
            rows.Add([.. prediction.Probabilities]);
        return [.. rows];
    }
}
