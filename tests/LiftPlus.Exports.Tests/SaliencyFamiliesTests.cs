using LiftPlus.Backbones;
using LiftPlus.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Exports.Tests;

/// <summary>The maps of every backbone family, which are here because their toy models are.</summary>
public sealed class SaliencyFamiliesTests
{
    public static TheoryData<string> Families => [.. ToyModels.Families.Keys];

    [Theory]
    [MemberData(nameof(Families))]
    public void EveryFamilyHasAMapOfItsPlaces(string family)
    {
        using FineTunedModel model = ToyModels.Create(family);
        using RgbImage image = Noise(1);
        SaliencyMap map = model.Explain(image, "dog");
        int side = ToyModels.Families[family] is VisionTransformerConfig vit ? vit.ImageSize / vit.PatchSize : Side(family);
        Assert.Equal((3, side, side, side * side), (map.Label, map.Rows, map.Columns, map.Values.Length));
        Assert.All(map.Values, value => Assert.True(float.IsFinite(value)));
        float largest = map.Values.Max(Math.Abs);
        Assert.True(largest > 1e-5f, $"{largest}"); // not the zeros of a gradient times values before a LayerNorm
        if (side > 1)
            Assert.True(map.Values.Max() - map.Values.Min() > 0.01f * largest);
        Assert.Equal(map.Values, model.Explain(image, "dog").Values);
        Assert.NotEqual(map.Values, model.Explain(image, "cat").Values);
        using RgbImage other = Noise(2);
        Assert.NotEqual(map.Values, model.Explain(other, "dog").Values);
        Assert.All(model.Backbone.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Theory]
    [InlineData("ViT, mean")]
    [InlineData("ResNet")]
    [InlineData("basic ResNet")]
    [InlineData("antialiased ResNet")]
    public void WhereTheFeatureIsAMeanAndTheClassifierLinearTheMapSumsToTheLogitWithoutItsBias(string family)
    {
        using FineTunedModel model = ToyModels.Create(family, head: new LinearClassifierOptions());
        using RgbImage image = Noise(3);
        Prediction prediction = model.Predict(image, new PredictionOptions { Features = FeatureKind.Raw });
        using Tensor weight = model.Classifier.named_parameters().Single(entry => entry.name == "weight").parameter.detach();
        float[] row = weight[3].data<float>().ToArray();
        Assert.Equal(row.Zip(prediction.Features, (w, x) => w * x).Sum(), model.Explain(image, "dog").Values.Sum(), tolerance: 1e-3f);
    }

    // What is pooled is the output of the last LayerNorm: scaling its parameters scales the values of all places.
    [Theory]
    [InlineData("SigLIP")]
    [InlineData("Perception Encoder, no class token")]
    public void TheMapSumsToTheChangeOfTheLogitWhenAllPlacesGrow(string family)
    {
        const float step = 1e-2f;
        using FineTunedModel model = ToyModels.Create(family, head: new LinearClassifierOptions());
        using RgbImage image = Noise(7);
        float sum = model.Explain(image, "dog").Values.Sum();
        Parameter[] norm = [.. model.Backbone.named_parameters().Where(entry => IsOfNorm(entry.name)).Select(entry => entry.parameter)];
        Assert.Equal(2, norm.Length);
        Assert.Equal((Logit(1 + step) - Logit(1 - step)) / (2 * step), sum, tolerance: 2e-3f + 0.02f * Math.Abs(sum));

        float Logit(float factor)
        {
            Scale(factor);
            Prediction prediction = model.Predict(image, new PredictionOptions { Features = FeatureKind.Raw });
            Scale(1 / factor);
            using Tensor weight = model.Classifier.named_parameters().Single(entry => entry.name == "weight").parameter.detach();
            return weight[3].data<float>().ToArray().Zip(prediction.Features, (w, x) => w * x).Sum();
        }

        void Scale(float factor)
        {
            using IDisposable noGrad = no_grad();
            foreach (Parameter parameter in norm)
            {
                using Tensor scaled = TensorMath.Scale(parameter, factor);
                parameter.copy_(scaled);
            }
        }

        static bool IsOfNorm(string name) => name is "image.norm.weight" or "image.norm.bias";
    }

    [Fact]
    public void EveryClassifierHasAMap()
    {
        using RgbImage image = Noise(8);
        ClassifierOptions[] heads =
        [
            new CosineClassifierOptions(),
            new LinearClassifierOptions(),
            new L2NormClassifierOptions(),
            new LayerNormClassifierOptions(),
            new TextClassifierOptions(),
        ];
        Assert.All(heads, head =>
        {
            using FineTunedModel model = ToyModels.Create("CLIP", head: head);
            SaliencyMap map = model.Explain(image, "dog");
            Assert.True(map.Values.Max(Math.Abs) > 1e-5f);
            Assert.NotEqual(map.Values, model.Explain(image, "cat").Values);
        });
    }

    [Fact]
    public void AMergedClassHasAMap()
    {
        using FineTunedModel model = ToyModels.Create("CLIP");
        model.MergeClasses("pet", "cat", "dog");
        using RgbImage image = Noise(9);
        Assert.True(model.Explain(image, "pet").Values.Max(Math.Abs) > 1e-5f);
    }

    [Theory]
    [InlineData("CLIP")]
    [InlineData("SigLIP")]
    [InlineData("DINOv3")]
    public void PromptsAreNoPlaces(string family)
    {
        using FineTunedModel model = ToyModels.Create(family, new VisualPromptOptions());
        using RgbImage image = Noise(4);
        SaliencyMap map = model.Explain(image, "dog");
        Assert.Equal(((VisionTransformerConfig)ToyModels.Families[family]).Places, map.Values.Length);
    }

    [Fact]
    public void PixelsBeyondTheLastWholePatchAreNotInTheRegion()
    {
        using FineTunedModel model = ToyModels.Create("ViT"); // 20 pixels, two patches of 8
        model.Inference = model.Inference with { Expand = 0 };
        using RgbImage image = Noise(5, side: 40);
        Assert.Equal(new PixelBox(0, 0, 32, 32), model.Explain(image, "dog").Region);
    }

    [Fact]
    public void WeightsInBfloat16HaveNearlyTheSameMap()
    {
        using FineTunedModel model = ToyModels.Create("CLIP");
        using RgbImage image = Noise(6);
        SaliencyMap exact = model.Explain(image, "dog");
        model.Backbone.StoreImageWeightsAs(ScalarType.BFloat16);
        float largest = exact.Values.Max(Math.Abs);
        foreach ((float one, float other) in exact.Values.Zip(model.Explain(image, "dog").Values))
            Assert.Equal(one, other, tolerance: 0.15f * largest);
    }

    private static int Side(string family) => (ToyModels.Families[family].ImageSize + 31) / 32;

    private static RgbImage Noise(int seed, int side = 80)
    {
        byte[] pixels = new byte[3 * side * side];
        new Random(seed).NextBytes(pixels);
        return RgbImage.FromPixels(pixels, side, side);
    }
}
