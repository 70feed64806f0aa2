using LiftPlus.Backbones;
using LiftPlus.Sites;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Backbones;

public sealed class BackboneTests
{
    private static readonly BackboneConfig s_config = new()
    {
        Name = "test",
        Image = new VisionTransformerConfig
        {
            ImageSize = 16,
            PatchSize = 8,
            Width = 32,
            Depth = 2,
            Heads = 2,
            HiddenSize = 64,
        },
        Text = new TextTransformerConfig
        {
            ContextLength = 7,
            VocabularySize = 20,
            Width = 16,
            Depth = 2,
            Heads = 1,
            HiddenSize = 32,
        },
        EmbedDimension = 8,
        Preprocess = new PreprocessConfig { ImageSize = 16 },
    };

    [Fact]
    public void Forward_GivesFeaturesAndLogitsOfTheDocumentedShapes()
    {
        using var backbone = new Backbone(s_config);
        backbone.Initialize(0);
        using IDisposable noGrad = no_grad();
        using Tensor features = backbone.EncodeImage(randn(3, 3, 16, 16));
        using Tensor texts = backbone.EncodeText(
            tensor(
                new long[,]
                {
                    { 18, 3, 19, 0, 0, 0, 0 },
                    { 18, 4, 5, 6, 7, 8, 19 },
                }
            )
        );
        using Tensor logits = backbone.Logits(backbone.ProjectImage(features), backbone.ProjectText(texts));
        Assert.Equal([3, 32], features.shape);
        Assert.Equal([2, 16], texts.shape);
        Assert.Equal([3, 2], logits.shape);
        Assert.True(logits.isfinite().all().item<bool>());
    }

    [Fact]
    public void EncodeText_IgnoresWhatFollowsEndOfText()
    {
        using var backbone = new Backbone(s_config);
        backbone.Initialize(0);
        using IDisposable noGrad = no_grad();
        using Tensor alone = backbone.EncodeText(
            tensor(
                new long[,]
                {
                    { 18, 3, 19, 0, 0, 0, 0 },
                }
            )
        );
        using Tensor beside = backbone.EncodeText(
            tensor(
                new long[,]
                {
                    { 18, 3, 19, 0, 0, 0, 0 },
                    { 18, 4, 5, 6, 7, 8, 19 },
                }
            )
        );
        Assert.True(alone.allclose(beside.narrow(0, 0, 1), 1e-5, 1e-6));
    }

    [Fact]
    public void Initialize_SameSeedSameValues_AndEverythingIsFrozen()
    {
        using var first = new Backbone(s_config);
        using var second = new Backbone(s_config);
        first.Initialize(5);
        second.Initialize(5);
        foreach (((string name, var a), (_, var b)) in first.named_parameters().Zip(second.named_parameters()))
        {
            Assert.True(a.eq(b).all().item<bool>(), name);
            Assert.False(a.requires_grad, name);
        }
    }

    [Fact]
    public void Forward_LeavesOnlyItsResult()
    {
        using var backbone = new Backbone(s_config);
        backbone.Initialize(0);
        using IDisposable noGrad = no_grad();
        using Tensor images = randn(2, 3, 16, 16);
        backbone.EncodeImage(images).Dispose();
        long before = LiveTensors.Count();
        using Tensor features = backbone.EncodeImage(images);
        LiveTensors.AssertBecome(before + 1);
    }

    [Fact]
    public void StoreImageWeightsAs_BFloat16_StaysCloseAndKeepsGradientsInFloat32()
    {
        using var backbone = new Backbone(s_config);
        backbone.Initialize(0);
        using Tensor images = randn(2, 3, 16, 16);
        using Tensor exact = backbone.EncodeImage(images);
        backbone.StoreImageWeightsAs(bfloat16);
        Assert.Equal(bfloat16, backbone.Image.Blocks[0].Mlp.Fc1.Weight.dtype);
        var scale = new ScaleAdapter();
        backbone.Image.Blocks[1].Site(AdapterSites.MlpBranch).Attach("scale", scale);
        using Tensor rounded = backbone.EncodeImage(images);
        Assert.Equal(float32, rounded.dtype);
        Assert.True(TensorMath.Subtract(rounded, exact).abs().max().item<float>() < 0.1f);
        rounded.select(1, 0).sum().backward();
        Assert.Equal(float32, scale.factor.grad!.dtype);
        Assert.NotEqual(0f, scale.factor.grad!.item<float>());
    }

    private sealed class ScaleAdapter : Adapter
    {
        public readonly TorchSharp.Modules.Parameter factor = new(ones(1));

        public ScaleAdapter()
            : base(nameof(ScaleAdapter)) => RegisterComponents();

        public override Tensor forward(Tensor input, Tensor output) => output.mul(factor);
    }

    [Fact]
    public void Sites_SeeTheDocumentedShapes()
    {
        using var backbone = new Backbone(s_config);
        backbone.Initialize(0);
        var seen = new Dictionary<AdapterSites, (long[] Input, long[] Output)>();
        foreach (AdapterSites site in Enum.GetValues<AdapterSites>().Where(site => site != AdapterSites.None))
            backbone.Image.Blocks[1].Site(site).Attach("spy", new Spy(site, seen));
        using Tensor features = backbone.EncodeImage(randn(2, 3, 16, 16));
        foreach ((AdapterSites site, (long[] input, long[] output)) in seen)
            Assert.Equal(backbone.Image.Blocks[1].SiteWidths(site), (input[^1], output[^1]));
        Assert.Equal(10, seen.Count);
    }

    private sealed class Spy(AdapterSites site, Dictionary<AdapterSites, (long[] Input, long[] Output)> seen) : Adapter("spy")
    {
        public override Tensor forward(Tensor input, Tensor output)
        {
            seen[site] = (input.shape, output.shape);
            return output;
        }
    }
}
