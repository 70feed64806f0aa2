using LiftPlus.Backbones;
using LiftPlus.TestSupport;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Models;

/// <summary>SigLIP's zero-shot probabilities are sigmoids: one for each class, whatever the other classes are.</summary>
public sealed class SiglipZeroShotTests : IDisposable
{
    private const string Vocabulary = """
        {
          "added_tokens": [],
          "model": {
            "type": "Unigram", "unk_id": 2,
            "vocab": [["<pad>", 0], ["</s>", 0], ["<unk>", 0], ["▁", -3], ["a", -4], ["b", -4], ["c", -4], ["d", -4], ["o", -4]]
          }
        }
        """;

    private static readonly string[] s_names = ["cab", "odd", "boa"];
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _log = [];

    public SiglipZeroShotTests()
    {
        var image = (VisionTransformerConfig)TestWorld.Config.Image;
        BackboneConfig config = TestWorld.Config with
        {
            Image = image with { Pooling = TokenPooling.Attention, Activation = Activation.GeluTanh },
            Text = new TextTransformerConfig
            {
                ContextLength = 32,
                VocabularySize = 9,
                Width = 64,
                Depth = 1,
                Heads = 1,
                HiddenSize = 96,
                Activation = Activation.GeluTanh,
                LayerNormEps = 1e-6,
                IsCausal = false,
                Pooling = TextPooling.Last,
            },
            EmbedDimension = 64,
            ImageProjection = ProjectionKind.None,
            TextProjection = ProjectionKind.Linear,
            HasLogitBias = true,
        };
        using Backbone backbone = new(config);
        backbone.Initialize(1);
        backbone.Save(_folder["siglip"]);
        File.WriteAllText(Path.Combine(_folder["siglip"], "tokenizer.json"), Vocabulary);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AProbabilityIsTheSigmoidOfItsClassAlone()
    {
        using ZeroShotClassifier three = Load(s_names),
            two = Load(s_names[..2]);
        float[] found = Probabilities(three),
            fewer = Probabilities(two);
        Assert.Equal(fewer, found[..2], (one, other) => Math.Abs(one - other) < 1e-6f);
        using IDisposable noGrad = no_grad();
        using Tensor images = randn(4, 3, 16, 16),
            all = three.Logits(images),
            part = two.Logits(images);
        Assert.True(all.narrow(1, 0, 2).allclose(part, atol: 1e-5));
        Assert.True(Math.Abs(found.Sum() - 1) > 1e-3, $"the sum is {found.Sum()}");
        Assert.Equal(2, _log.Count(line => line.Contains("probabilities are sigmoids")));
    }

    [Fact]
    public void ATrainedModelsProbabilitiesAreASoftmax()
    {
        using FineTunedModel model = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(_folder["siglip"])
            .UsePreset("ZeroShot")
            .UseDevice("cpu")
            .Build()
            .Fit(new ImageDataset(TestWorld.Dataset(2, 2, 2), s_names));
        Assert.Equal(1, Probabilities(model).Sum(), 4);
    }

    private ZeroShotClassifier Load(string[] names) =>
        ZeroShotClassifier.Load(_folder["siglip"], names, new ModelLoadOptions { Device = "cpu", Logger = new ListLogger(_log) });

    private static float[] Probabilities(ImageClassifier model) =>
        [.. model.Predict(TestWorld.Png(0), new PredictionOptions { Probabilities = true }).Probabilities];
}
