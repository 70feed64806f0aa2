using LiftPlus.Backbones;
using LiftPlus.Layers;
using LiftPlus.Peft;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Adapters.Tests;

/// <summary>
/// What every method must do on every kind of vision transformer, whatever its tokens, positions, attention and MLPs are.
/// </summary>
public sealed class PeftFamilyTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    private static readonly Dictionary<string, Func<VisionTransformerConfig, VisionTransformerConfig>> s_families = new()
    {
        ["registers and gates"] = image => image with { LayerScale = true, IsGated = true, Registers = 2 },
        ["DINOv3"] = image =>
            image with
            {
                LayerScale = true,
                Registers = 2,
                PositionRows = PositionRows.None,
                Rotary = RotaryKind.Dinov3,
                QkvBias = QueryKeyValueBias.NotKey,
            },
        ["EVA-02"] = image => image with { IsGated = true, NormalizesHidden = true, NormalizesMixture = true, Rotary = RotaryKind.Eva },
        ["BEiT"] = image => image with { PositionRows = PositionRows.None, HasRelativePositions = true },
        ["BEiT, mean"] = image =>
            image with
            {
                PositionRows = PositionRows.None,
                HasRelativePositions = true,
                Pooling = TokenPooling.Mean,
                HasUnreadClassToken = true,
                NormalizesPooled = true,
            },
        ["Perception Encoder"] = image =>
            image with
            {
                PreNorm = true,
                Pooling = TokenPooling.Attention,
                HasUnreadClassToken = true,
                Rotary = RotaryKind.PerceptionEncoder,
                PoolHeads = 4,
                PoolHiddenSize = 32,
            },
        ["normalized queries"] = image => image with { NormalizesQueries = true },
        ["mean"] = image => image with { Pooling = TokenPooling.Mean, Registers = 1 },
    };

    private static readonly Dictionary<string, (PeftOptions Method, bool ChangesAtStart, bool Folds)> s_methods = new()
    {
        ["adaptformer"] = (new AdaptFormerOptions { Dimension = 2 }, false, false),
        ["adapter"] = (new BottleneckAdapterOptions { Dimension = 2 }, false, false),
        ["lora"] = (
            new LoraOptions
            {
                Rank = 2,
                Sites =
                    AdapterSites.Query
                    | AdapterSites.Key
                    | AdapterSites.Value
                    | AdapterSites.AttentionOutput
                    | AdapterSites.Fc1
                    | AdapterSites.Fc2,
            },
            false,
            true
        ),
        ["prompt"] = (new VisualPromptOptions { Length = 2 }, true, false),
        ["bitfit"] = (new BitFitOptions(), false, true),
        ["ssf"] = (new SsfOptions(), true, true),
        ["aft"] = (new ArbitraryFineTuningOptions { Ratio = 0.3 }, false, true),
        ["layernorm"] = (new LayerNormTuningOptions(), false, true),
        ["full"] = (new FullFineTuningOptions(), false, true),
    };

    public static TheoryData<string, string> Cases =>
        [.. s_families.Keys.SelectMany(family => s_methods.Keys.Select(method => new TheoryDataRow<string, string>(family, method)))];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void AMethodTrainsFoldsAndIsComputedAgain(string family, string method)
    {
        (PeftOptions options, bool changesAtStart, bool folds) = s_methods[method];
        using Backbone plain = SmallBackbone.ViT(s_families[family]),
            adapted = Adapt();
        Tensor images = SmallBackbone.Images(plain.Config.Image.ImageSize),
            before = Features(plain);
        Assert.Equal(changesAtStart, Difference(before, Features(adapted)) > 1e-5);
        Randomize(adapted);
        Tensor features = Features(adapted);
        Assert.True(Difference(before, features) > 1e-4, "The method changes nothing.");

        Dictionary<string, Tensor> kept = Gradients(isRecomputed: false),
            again = Gradients(isRecomputed: true);
        Assert.Equal(kept.Keys, again.Keys);
        Assert.Contains(kept.Values, gradient => gradient.abs().max().item<float>() > 0);
        Assert.All(kept, entry =>
            Assert.InRange(Difference(entry.Value, again[entry.Key]), 0, 5e-6 * (1 + entry.Value.norm().item<float>()))
        );

        if (folds)
        {
            using Backbone merged = adapted.Merge();
            Assert.InRange(Difference(features, Features(merged)), 0, 2e-5 * Math.Max(1, features.abs().max().item<float>()));
        }

        Tensor Features(Backbone backbone)
        {
            using IDisposable noGrad = no_grad();
            backbone.eval();
            return backbone.EncodeImage(images);
        }

        Backbone Adapt()
        {
            Backbone backbone = SmallBackbone.ViT(s_families[family]);
            using var random = new Generator(1);
            options.Apply(new PeftContext(backbone, SmallBackbone.Classes, random));
            return backbone;
        }

        Dictionary<string, Tensor> Gradients(bool isRecomputed)
        {
            using Backbone backbone = Adapt();
            Randomize(backbone);
            using BlockRecomputation? recomputation = isRecomputed ? backbone.RecomputeBlocks() : null;
            backbone.EncodeImage(images).square().sum().backward();
            recomputation?.Backward();
            return backbone
                .named_parameters()
                .Where(entry => entry.parameter.grad is not null)
                .ToDictionary(entry => entry.name, entry => entry.parameter.grad!.clone());
        }
    }

    // The last block computes the class token alone; with all tokens it must be the same.
    [Theory]
    [MemberData(nameof(Families))]
    public void TheFirstTokenIsThatOfTheWholeBlock(string family)
    {
        using IDisposable noGrad = no_grad();
        using Backbone backbone = SmallBackbone.ViT(s_families[family]);
        var image = (VisionTransformer)backbone.Image;
        Tensor x = image.Embed(SmallBackbone.Images(backbone.Config.Image.ImageSize));
        TransformerBlock last = image.blocks[^1];
        Tensor first = last.ForwardFirstToken(x);
        Assert.Equal(1, first.shape[1]);
        Assert.InRange(Difference(last.forward(x).narrow(1, 0, 1), first), 0, 1e-5);
    }

    public static TheoryData<string> Families => [.. s_families.Keys];

    private static void Randomize(Backbone backbone)
    {
        using IDisposable noGrad = no_grad();
        using var random = new Generator(11);
        foreach (Parameter parameter in backbone.parameters().Where(parameter => parameter.requires_grad))
        {
            using Tensor noise = empty(parameter.shape).normal_(0, 0.1, random);
            TensorMath.Add_(parameter, noise);
        }
    }

    private static double Difference(Tensor a, Tensor b) => TensorMath.Subtract(a, b).detach().abs().max().item<float>();
}
