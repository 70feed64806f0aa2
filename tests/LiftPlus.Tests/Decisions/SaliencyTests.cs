using LiftPlus.Backbones;
using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Decisions;

public sealed class SaliencyTests : IDisposable
{
    private static readonly string[] s_two = ["reddish", "other"];

    private readonly FineTunedModel _model = TestWorld.Builder().Build().Fit(TestWorld.Dataset(8, 8, 8));

    public void Dispose() => _model.Dispose();

    [Fact]
    public void TheMapOfAMeanOfPatchesIsTheClassWeightsTimesThePatches()
    {
        using FineTunedModel model = ByHand();
        // A patch with more red than green is (1, -1) after the LayerNorm, any other (-1, 1); the mean of four is classified.
        using RgbImage image = Patches(red: 0);
        SaliencyMap map = model.Explain(image, "reddish"),
            other = model.Explain(image, "other");
        AssertNear([0.5f, -0.5f, -0.5f, -0.5f], map.Values); // (3 - 1) / 4
        AssertNear([-0.5f, 0.5f, 0.5f, 0.5f], other.Values); // (0 - 2) / 4
        Assert.Equal((0, "reddish", 2, 2), (map.Label, map.ClassName, map.Rows, map.Columns));
        Assert.Equal((new ImageSize(4, 4), new PixelBox(0, 0, 4, 4)), (map.ImageSize, map.Region));
        // Complete: the logit is 5 + 2 · (1 - 1 - 1 - 1) / 4 = 4, and 5 is the bias.
        Assert.Equal(4 - 5, map.Values.Sum(), tolerance: 1e-3f);
        AssertNear([-0.5f, -0.5f, -0.5f, 0.5f], model.Explain(Patches(red: 3), "reddish").Values);
    }

    [Fact]
    public void WithoutAClassItIsThatOfThePrediction()
    {
        for (int label = 0; label < 3; label++)
            Assert.Equal(_model.Predict(TestWorld.Png(label)).ClassName, _model.Explain(TestWorld.Png(label)).ClassName);
        PredictionPolicy policy = _model.FitPolicy(TestWorld.Dataset(6, 6, 6));
        _model.Policy = policy with { Prior = [0, 0, 1] };
        Assert.Equal("blue", _model.Explain(TestWorld.Png(0)).ClassName);
    }

    [Fact]
    public void NothingOfTheModelOrTheThreadChanges()
    {
        byte[] png = TestWorld.Png(1);
        Prediction before = _model.Predict(png, new PredictionOptions { Probabilities = true });
        _model.Explain(png); // caches of positions are made
        (string, bool)[] flags = Flags();
        long[] state = State();
        long live = LiveTensors.Count();
        for (int i = 0; i < 5; i++)
            _model.Explain(png);
        Assert.Equal(live, LiveTensors.Count());
        Assert.Equal(flags, Flags());
        Assert.Contains(flags, entry => entry.Item2); // the model has trained parameters
        Assert.All(_model.Backbone.parameters().Concat(_model.Classifier.parameters()), parameter => Assert.Null(parameter.grad));
        Assert.Equal(state, State());
        Assert.True(is_grad_enabled());
        using (no_grad())
        {
            _model.Explain(png);
            Assert.False(is_grad_enabled());
        }

        Assert.Equal(before.Probabilities, _model.Predict(png, new PredictionOptions { Probabilities = true }).Probabilities);

        (string, bool)[] Flags() =>
            [.. TrainableParameters.Get(_model.Backbone, _model.Classifier).Select(entry => (entry.Name, entry.Parameter.requires_grad))];

        long[] State()
        {
            using Tensor random = Generator.Default.get_state();
            return [.. random.to(int64).data<long>()];
        }
    }

    [Fact]
    public void AFailureLeavesTheThreadAsItWas()
    {
        long live = LiveTensors.Count();
        LiftPlusException error = Assert.Throws<LiftPlusException>(() => _model.Explain(TestWorld.Png(0), "yellow"));
        Assert.Contains("no class 'yellow'", error.Message);
        Assert.Throws<ImageDecodeException>(() => _model.Explain(new byte[] { 1, 2, 3 }));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => _model.Explain(TestWorld.Png(0), cancellationToken: cancelled.Token));
        Assert.True(is_grad_enabled());
        LiveTensors.AssertBecome(live);
    }

    [Fact]
    public async Task MapsOnSeveralThreadsAreThoseOfOne()
    {
        byte[][] pngs = [.. Enumerable.Range(0, 12).Select(i => TestWorld.Png(i % 3, 20 + i, 24))];
        SaliencyMap[] alone = [.. pngs.Select(png => _model.Explain(png, "green"))];
        Prediction[] predictions = [.. pngs.Select(png => _model.Predict(png))];
        Task<SaliencyMap>[] together = [.. pngs.Select(png => Task.Run(() => _model.Explain(png, "green")))];
        Task<Prediction>[] beside = [.. pngs.Select(png => Task.Run(() => _model.Predict(png)))];
        foreach ((SaliencyMap expected, SaliencyMap found) in alone.Zip(await Task.WhenAll(together)))
            AssertNear(expected.Values, found.Values);
        Assert.Equal(predictions.Select(one => one.ClassName), (await Task.WhenAll(beside)).Select(one => one.ClassName));
    }

    [Fact]
    public void AFileAStreamAndPixelsHaveTheSameMap()
    {
        using RgbImage pixels = TestWorld.Pixels(2);
        using var stream = new MemoryStream(TestWorld.Png(2));
        SaliencyMap expected = _model.Explain(pixels, "red");
        AssertNear(expected.Values, _model.Explain(stream, "red").Values);
        AssertNear(expected.Values, _model.Explain(TestWorld.Png(2), "red").Values);
        // 20x24 becomes 18x21 for the model, which sees 16x16 from (1, 2) on.
        Assert.Equal((new ImageSize(20, 24), new PixelBox(1, 2, 18, 19)), (expected.ImageSize, expected.Region));
        _model.Inference = _model.Inference with { Expand = 0 };
        Assert.Equal(new PixelBox(0, 3, 20, 20), _model.Explain(pixels, "red").Region);
        _model.Inference = _model.Inference with { Expand = null, TestTimeEnsemble = true };
        AssertNear(expected.Values, _model.Explain(pixels, "red").Values);
    }

    [Fact]
    public void AnEnlargedMapIsBilinearInItsRegionAndZeroOutside()
    {
        SaliencyMap map = new()
        {
            Label = 0,
            ClassName = "a",
            Rows = 1,
            Columns = 2,
            Values = [1, 3],
            ImageSize = new ImageSize(6, 3),
            Region = new PixelBox(1, 1, 4, 1),
        };
        // The centres of the places are at 2 and 4; pixel centres at 1.5, 2.5, 3.5, 4.5.
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 1, 1.5f, 2.5f, 3, 0, 0, 0, 0, 0, 0, 0], map.ToImage());
        float[] larger = map.ToImage(new ImageSize(12, 6));
        Assert.Equal(72, larger.Length);
        Assert.Equal(2 * 8, larger.Count(value => value > 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => map.ToImage(new ImageSize(0, 5)));
    }

    [Fact]
    public void ADisposedModelHasNoMaps()
    {
        _model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _model.Explain(TestWorld.Png(0)));
    }

    // Four patches of 2x2 pixels; a token is the mean of red and the mean of green, and there are no blocks.
    private static FineTunedModel ByHand()
    {
        FineTunedModel model = ModelFactory.Create(
            new FineTuningRecipe
            {
                Peft = [],
                Classifier = new LinearClassifierOptions(),
                Inference = new InferenceOptions { Expand = 0 },
            },
            new ClassDistribution(s_two, [1, 1]),
            new ModelLoadOptions { CreateBackbone = Create, Device = "cpu" },
            saved: null,
            NullLogger.Instance,
            CancellationToken.None
        );
        using IDisposable noGrad = no_grad();
        Set(model.Classifier.named_parameters().Single(entry => entry.name == "weight").parameter, [3, 1, 0, 2]);
        Set(model.Classifier.named_parameters().Single(entry => entry.name == "bias").parameter, [5, 0]);
        return model;

        static Backbone Create()
        {
            Backbone backbone = new(
                new BackboneConfig
                {
                    Name = "by hand",
                    Image = new VisionTransformerConfig
                    {
                        ImageSize = 4,
                        PatchSize = 2,
                        Width = 2,
                        Depth = 0,
                        Heads = 1,
                        HiddenSize = 2,
                        PreNorm = false,
                        Pooling = TokenPooling.Mean,
                    },
                    Preprocess = new PreprocessConfig
                    {
                        ImageSize = 4,
                        Mean = [0, 0, 0],
                        Std = [1, 1, 1],
                    },
                }
            );
            backbone.Initialize(1);
            using IDisposable noGrad = no_grad();
            const float q = 0.25f;
            Dictionary<string, Parameter> named = backbone.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
            Set(named["image.patch_embed.proj.weight"], [q, q, q, q, .. new float[12], q, q, q, q, 0, 0, 0, 0]);
            Set(named["image.pos_embed"], new float[8]);
            return backbone;
        }

        static void Set(Parameter parameter, float[] values)
        {
            using Tensor given = tensor(values);
            using Tensor shaped = given.view(parameter.shape);
            parameter.copy_(shaped);
        }
    }

    // One patch of four is red, the others are green.
    private static RgbImage Patches(int red)
    {
        byte[] pixels = new byte[4 * 4 * 3];
        for (int y = 0; y < 4; y++)
        for (int x = 0; x < 4; x++)
            pixels[3 * (4 * y + x) + (2 * (y / 2) + x / 2 == red ? 0 : 1)] = byte.MaxValue;
        return RgbImage.FromPixels(pixels, 4, 4);
    }

    private static void AssertNear(IReadOnlyList<float> expected, IReadOnlyList<float> found)
    {
        Assert.Equal(expected.Count, found.Count);
        foreach ((float one, float other) in expected.Zip(found))
            Assert.Equal(one, other, tolerance: 1e-3f);
    }
}
