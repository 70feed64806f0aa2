using LiftPlus.Backbones;
using LiftPlus.Layers;
using LiftPlus.Sites;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Backbones;

/// <summary>What is left out: tokens that are not read in the last block, and the graph below the first trained module.</summary>
public sealed class LastBlockTests
{
    private const long Tokens = 1 + 4 * 4;

    private static readonly AdapterSites[] s_behindAttention =
    [
        AdapterSites.Query,
        AdapterSites.AttentionInput,
        AdapterSites.AttentionOutput,
        AdapterSites.Fc1,
        AdapterSites.Fc2,
        AdapterSites.MlpOutput,
        AdapterSites.MlpBranch,
    ];

    private static readonly AdapterSites[] s_beforeAttention = [AdapterSites.Tokens, AdapterSites.Key, AdapterSites.Value];

    public static TheoryData<AdapterSites> Sites => [AdapterSites.None, .. s_beforeAttention, .. s_behindAttention];

    [Theory]
    [MemberData(nameof(Sites))]
    public void ForwardFirstToken_GivesTheFirstTokenOfForward_AndItsGradients(AdapterSites site)
    {
        using DisposeScope scope = NewDisposeScope();
        Backbone backbone = Create();
        TransformerBlock last = backbone.Image.Blocks[^1];
        var adapter = new Probe(isTokenwise: true);
        if (site != AdapterSites.None)
            last.Site(site).Attach("probe", adapter);
        last.Unfreeze(name => name.StartsWith("attn.qkv.", StringComparison.Ordinal));
        Tensor x = Normal(2, Tokens, last.Width),
            upstream = Normal(2, last.Width);
        (Tensor whole, Tensor[] wantedGradients) = Run(last.forward);
        (Tensor first, Tensor[] gradients) = Run(last.ForwardFirstToken);

        Assert.Equal(1, first.shape[1]);
        if (site != AdapterSites.None)
            Assert.Equal(s_behindAttention.Contains(site) && site != AdapterSites.AttentionInput ? 1 : Tokens, adapter.TokensSeen);
        AssertClose(whole.select(1, 0), first.select(1, 0));
        foreach ((Tensor wanted, Tensor got) in wantedGradients.Zip(gradients))
            AssertClose(wanted, got);

        (Tensor Output, Tensor[] Gradients) Run(Func<Tensor, Tensor> block)
        {
            Tensor input = x.clone().requires_grad_(true);
            Tensor output = block(input);
            Tensor value = output.select(1, 0).mul(upstream).sum();
            Tensor[] of = [input, last.Attn.Qkv.Weight, last.Attn.Qkv.Bias!, .. site == AdapterSites.None ? [] : new[] { adapter.gain }];
            return (output, [.. autograd.grad([value], of)]);
        }
    }

    [Theory]
    [InlineData(false, Tokens)]
    [InlineData(true, 1)]
    public void EncodeImage_RunsALastAdapterForAllTokensUnlessItSaysThatOneIsEnough(bool isTokenwise, long seen)
    {
        using Backbone backbone = Create();
        var adapter = new Probe(isTokenwise);
        backbone.Image.Blocks[^1].Site(AdapterSites.MlpBranch).Attach("probe", adapter);
        using Tensor features = backbone.EncodeImage(Normal(2, 3, 32, 32));
        Assert.Equal(seen, adapter.TokensSeen);
    }

    [Fact]
    public void EncodeImage_BuildsNoGraphBelowTheFirstTrainedModule()
    {
        using Backbone backbone = Create();
        Probe below = new(isTokenwise: true),
            above = new(isTokenwise: true);
        backbone.Image.Blocks[0].Site(AdapterSites.MlpBranch).Attach("below", below);
        below.gain.requires_grad_(false); // a frozen module that looks
        backbone.Image.Blocks[2].Site(AdapterSites.MlpOutput).Attach("above", above);
        using Tensor features = backbone.EncodeImage(Normal(2, 3, 32, 32));
        Assert.False(below.SawGraph);
        Assert.False(above.SawGraph); // its own gain is the first thing trained
        Assert.True(features.requires_grad);
    }

    [Theory]
    [InlineData(Activation.QuickGelu)]
    [InlineData(Activation.Gelu)]
    public void Bfloat16_FollowsFloat32(Activation activation)
    {
        using DisposeScope scope = NewDisposeScope();
        Backbone exact = Create(activation),
            rounded = Create(activation);
        rounded.StoreImageWeightsAs(bfloat16);
        Probe[] probes = [new(isTokenwise: true), new(isTokenwise: true)];
        foreach ((Backbone backbone, Probe probe) in new[] { exact, rounded }.Zip(probes))
            backbone.Image.Blocks[0].Site(AdapterSites.MlpBranch).Attach("probe", probe);
        Tensor images = Normal(4, 3, 32, 32),
            upstream = Normal(4, 128);
        Tensor[] features = [exact.EncodeImage(images), rounded.EncodeImage(images)];
        Assert.Equal(float32, features[1].dtype);
        Assert.True(Difference(features[0], features[1]) < 0.03, $"features differ by {Difference(features[0], features[1])}");
        Tensor[] gradients = [.. features.Zip(probes, (feature, probe) => autograd.grad([feature.mul(upstream).sum()], [probe.gain])[0])];
        Assert.True(Difference(gradients[0], gradients[1]) < 0.05, $"gradients differ by {Difference(gradients[0], gradients[1])}");
    }

    private static Tensor Normal(params long[] shape)
    {
        using var random = new Generator((ulong)shape[^1]);
        return randn(shape, generator: random);
    }

    private static double Difference(Tensor wanted, Tensor got) =>
        (TensorMath.Subtract(got, wanted).norm().item<float>()) / wanted.norm().item<float>();

    private static Backbone Create(Activation activation = Activation.QuickGelu)
    {
        var backbone = new Backbone(
            TinyBackbones.Clip with
            {
                Image = (VisionTransformerConfig)TinyBackbones.Clip.Image with { Activation = activation },
            }
        );
        backbone.Initialize(3);
        return backbone;
    }

    private static void AssertClose(Tensor wanted, Tensor got) =>
        Assert.True(got.allclose(wanted, 1e-4, 1e-5), $"differs by {TensorMath.Subtract(got, wanted).abs().max().item<float>()}");

    // output · (1 + gain · input's first entry), a different factor for every token
    private sealed class Probe : Adapter
    {
        internal readonly Parameter gain;
        private readonly bool _isTokenwise;

        public Probe(bool isTokenwise)
            : base(nameof(Probe))
        {
            _isTokenwise = isTokenwise;
            gain = new Parameter(full([1], TensorMath.Hold(0.3)));
            RegisterComponents();
        }

        public override bool IsTokenwise => _isTokenwise;

        public long TokensSeen { get; private set; }

        public bool SawGraph { get; private set; }

        public override Tensor forward(Tensor input, Tensor output)
        {
            TokensSeen = output.shape[1];
            SawGraph = input.requires_grad || output.requires_grad;
            return output.addcmul(output, input.narrow(-1, 0, 1).mul(gain), TensorMath.One);
        }
    }
}
