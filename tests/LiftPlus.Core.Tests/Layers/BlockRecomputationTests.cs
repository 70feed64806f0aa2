using LiftPlus.Layers;
using LiftPlus.Sites;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Layers;

public sealed class BlockRecomputationTests
{
    [Fact]
    public void BlocksFromTheFirstTrainedOneOn_AreComputedAgain_WithTheSameDraws()
    {
        using DisposeScope scope = NewDisposeScope();
        Backbone backbone = Create(out Dropping[] adapters);
        adapters[0].gain.requires_grad_(false);
        (Tensor wantedFeatures, Tensor[] wanted) = Step(backbone, adapters, isRecomputed: false);
        Assert.All(adapters, adapter => Assert.Equal(1, adapter.Calls));
        (Tensor features, Tensor[] gradients) = Step(backbone, adapters, isRecomputed: true);

        Assert.Equal([2, 3, 3], adapters.Select(adapter => adapter.Calls));
        Assert.True(features.eq(wantedFeatures).all().item<bool>());
        foreach ((Tensor expected, Tensor found) in wanted.Zip(gradients))
            Assert.True(found.eq(expected).all().item<bool>());
    }

    [Fact]
    public void TheDrawsAfterAStep_AreThoseOfTheStepWithoutIt()
    {
        using DisposeScope scope = NewDisposeScope();
        Backbone backbone = Create(out Dropping[] adapters);
        Step(backbone, adapters, isRecomputed: false);
        Tensor expected = rand(4);
        Step(backbone, adapters, isRecomputed: true);
        Assert.True(rand(4).eq(expected).all().item<bool>());
    }

    [Fact]
    public void NothingStays_OfAStepThatIsGivenUp_AndTheNextIsAsEver()
    {
        using DisposeScope scope = NewDisposeScope();
        Backbone backbone = Create(out Dropping[] adapters);
        Tensor images = ones(2, 3, 32, 32);
        long before = LiveTensors.Count();
        using (DisposeScope step = NewDisposeScope())
        using (backbone.RecomputeBlocks())
            backbone.EncodeImage(images);
        LiveTensors.AssertBecome(before);
        Step(backbone, adapters, isRecomputed: false);
        Assert.All(adapters, adapter => Assert.Equal(2, adapter.Calls));
    }

    private static (Tensor Features, Tensor[] Gradients) Step(Backbone backbone, Dropping[] adapters, bool isRecomputed)
    {
        random.manual_seed(11);
        foreach (Dropping adapter in adapters)
            adapter.gain.grad = null;
        using BlockRecomputation? recomputation = isRecomputed ? backbone.RecomputeBlocks() : null;
        Tensor features = backbone.EncodeImage(ones(2, 3, 32, 32));
        features.pow(TensorMath.HoldInteger(3)).sum().backward();
        recomputation?.Backward();
        return (
            features.detach(),
            [.. adapters.Where(adapter => adapter.gain.requires_grad).Select(adapter => adapter.gain.grad!.clone())]
        );
    }

    private static Backbone Create(out Dropping[] adapters)
    {
        var backbone = new Backbone(TinyBackbones.Clip);
        backbone.Initialize(3);
        adapters = [.. backbone.Image.Blocks.Select(_ => new Dropping())];
        foreach ((TransformerBlock block, Dropping adapter) in backbone.Image.Blocks.Zip(adapters))
            block.Site(AdapterSites.MlpOutput).Attach("dropping", adapter);
        return backbone;
    }

    // output · (1 + gain · noise)
    private sealed class Dropping : Adapter
    {
        internal readonly Parameter gain;

        public Dropping()
            : base(nameof(Dropping))
        {
            gain = new Parameter(full([1], TensorMath.Hold(0.3)));
            RegisterComponents();
        }

        public int Calls { get; private set; }

        public override Tensor forward(Tensor input, Tensor output)
        {
            Calls++;
            return output.addcmul(output, rand_like(output.detach()).mul(gain), TensorMath.One);
        }
    }
}
