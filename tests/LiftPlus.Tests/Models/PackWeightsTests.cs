using LiftPlus.Backbones;
using LiftPlus.Data;
using LiftPlus.Layers;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Models;

public sealed class PackWeightsTests : IDisposable
{
    private static readonly ImageSource[] s_images = [.. Enumerable.Range(0, 5).Select(i => ImageSource.FromBytes(TestWorld.Png(i % 3)))];

    private readonly TemporaryFolder _folder = new();

    public PackWeightsTests() => Assert.SkipWhen(ProductMeasurement.Packed is null, "This libtorch does not pack weights.");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Activation.QuickGelu)]
    [InlineData(Activation.Gelu)]
    public async Task PackedWeightsGiveTheSamePredictions_AloneInBatchesAndOnManyThreads(Activation activation)
    {
        using FineTunedModel model = Train(activation);
        float[][] wanted = Probabilities(model);
        model.Inference = model.Inference with { PackWeights = true };
        long before = LiveTensors.Count();
        AssertClose(wanted, Probabilities(model));
        Assert.Equal(before + PackedLayers, LiveTensors.Count());
        AssertClose(wanted, [.. s_images.Select(image => Probabilities(model, image).Single())]);
        foreach (float[][] got in await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Probabilities(model)))))
            AssertClose(wanted, got);
        LiveTensors.AssertBecome(before + PackedLayers);
    }

    [Fact]
    public void TheModelOwnsTheCopies_AndSavesTheOption()
    {
        using (FineTunedModel model = Train(Activation.QuickGelu))
        {
            model.Save(_folder["plain"]);
            model.Inference = model.Inference with { PackWeights = true };
            model.Save(_folder["packed"]);
        }

        Assert.Equal(FreedBy("plain") + PackedLayers, FreedBy("packed"));
    }

    // Weights change only where a caller changes them; the predictions follow.
    [Fact]
    public void ChangedWeightsGiveChangedPredictions()
    {
        using FineTunedModel model = Train(Activation.QuickGelu);
        model.Inference = model.Inference with { PackWeights = true };
        float[][] first = Probabilities(model);
        using (no_grad())
        {
            foreach ((string name, TorchSharp.Modules.Parameter parameter) in model.Backbone.named_parameters())
            {
                if (name.EndsWith("fc1.weight", StringComparison.Ordinal))
                    parameter.neg_();
            }
        }

        float[][] changed = Probabilities(model);
        Assert.NotEqual(first[0], changed[0]);
        model.Inference = model.Inference with { PackWeights = false };
        AssertClose(Probabilities(model), changed);
    }

    // Of the two blocks: qkv of the first, and proj, fc1 and fc2 of both. The last block reads a part of its qkv only.
    private const int PackedLayers = 7;

    private static Backbone Create(Activation activation)
    {
        var image = (VisionTransformerConfig)TestWorld.Config.Image;
        var backbone = new Backbone(
            TestWorld.Config with
            {
                Image = image with { Width = 256, HiddenSize = 512, Heads = 4, Activation = activation },
            }
        );
        backbone.Initialize(1);
        return backbone;
    }

    private static FineTunedModel Train(Activation activation) =>
        TestWorld.Builder().UseBackbone(() => Create(activation)).AddAdaptFormer().UseEpochs(2).Build().Fit(TestWorld.Dataset(8, 8, 8));

    // Predicts with a saved model, and returns how many tensors its end frees.
    private long FreedBy(string name)
    {
        long used;
        var options = new ModelLoadOptions { CreateBackbone = () => Create(Activation.QuickGelu) };
        using (var model = FineTunedModel.Load(_folder[name], options))
        {
            model.Predict(s_images);
            used = LiveTensors.Count();
        }

        return used - LiveTensors.Count();
    }

    private static float[][] Probabilities(ImageClassifier model, params ImageSource[] images) =>
        [
            .. model
                .Predict(images.Length == 0 ? s_images : images, new PredictionOptions { Probabilities = true })
                .Select(prediction => prediction.Probabilities.ToArray()),
        ];

    private static void AssertClose(float[][] wanted, float[][] got)
    {
        foreach ((float[] want, float[] have) in wanted.Zip(got))
            Assert.All(want.Zip(have), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}
