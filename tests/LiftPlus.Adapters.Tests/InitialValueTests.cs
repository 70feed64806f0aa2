using LiftPlus.Adapters;
using LiftPlus.Peft;
using LiftPlus.Sites;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Adapters.Tests;

/// <summary>Initial values: constants exactly, uniform ones by their bounds, normal ones by mean and deviation.</summary>
public sealed class InitialValueTests
{
    private static readonly AdapterContext s_context = new()
    {
        Site = AdapterSites.Query,
        Layer = 0,
        Layers = [0],
        InputWidth = 768,
        OutputWidth = 768,
        ClassCount = 100,
        Random = new Generator(3),
    };

    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    public void Lora(int rank)
    {
        using Adapter adapter = new LoraOptions { Rank = rank }.CreateAdapter(s_context);
        Uniform(1 / Math.Sqrt(rank), Values(adapter, "down"));
        Assert.All(Values(adapter, "up"), value => Assert.Equal(0, value));
    }

    [Fact]
    public void AdaptFormer()
    {
        using Adapter adapter = new AdaptFormerOptions { Dimension = 16 }.CreateAdapter(s_context);
        Assert.Equal([1f], Values(adapter, "scale"));
        Bottleneck(adapter);
    }

    [Fact]
    public void Adapter()
    {
        using Adapter adapter = new BottleneckAdapterOptions { Dimension = 16 }.CreateAdapter(s_context);
        Bottleneck(adapter);
    }

    [Fact]
    public void Ssf()
    {
        using Adapter adapter = new SsfOptions().CreateAdapter(s_context);
        Normal(1, 0.02, Values(adapter, "scale"));
        Normal(0, 0.02, Values(adapter, "shift"));
    }

    [Fact]
    public void Prompt()
    {
        using Adapter adapter = new VisualPromptOptions { Length = 8 }.CreateAdapter(s_context);
        Normal(0, 0.02, Values(adapter, "embeddings"));
    }

    [Fact]
    public void Context()
    {
        using Backbone backbone = SmallBackbone.Clip();
        new CoOpOptions { Length = 200 }.Apply(new PeftContext(backbone, 10, s_context.Random));
        Normal(0, 0.02, Values(backbone.Text!.EmbeddingSite.Adapters[0].Value, "context"));
    }

    [Fact]
    public void MaskedEntriesStartFromTheWeight()
    {
        using Backbone backbone = SmallBackbone.Clip();
        new ArbitraryFineTuningOptions { Ratio = 0.1, Seed = 5 }.Apply(new PeftContext(backbone, 10, s_context.Random));
        MaskedWeight[] masked = [.. backbone.modules().OfType<MaskedWeight>()];
        Assert.NotEmpty(masked);
        using Tensor used = backbone.Image.Blocks[0].Mlp.Fc1.EffectiveWeight;
        Assert.True(used.allclose(backbone.Image.Blocks[0].Mlp.Fc1.Weight, 0, 0));
    }

    private static void Bottleneck(Adapter adapter)
    {
        Assert.All(Values(adapter, "norm.weight"), value => Assert.Equal(1, value));
        Uniform(1 / Math.Sqrt(768), Values(adapter, "down.weight"));
        foreach (string zero in new[] { "norm.bias", "down.bias", "up.weight", "up.bias" })
            Assert.All(Values(adapter, zero), value => Assert.Equal(0, value));
    }

    private static float[] Values(Adapter adapter, string name)
    {
        Parameter parameter = adapter.named_parameters().Single(entry => entry.name == name).parameter;
        Assert.True(parameter.requires_grad);
        Assert.Equal(float32, parameter.dtype);
        return parameter.data<float>().ToArray();
    }

    private static void Uniform(double bound, float[] values)
    {
        Assert.InRange(values.Max(), 0.98 * bound, bound);
        Assert.InRange(values.Min(), -bound, -0.98 * bound);
        Assert.InRange(values.Average() / bound, -0.05, 0.05);
    }

    private static void Normal(double mean, double deviation, float[] values)
    {
        Assert.InRange((values.Average() - mean) / deviation, -0.15, 0.15);
        Assert.InRange(Math.Sqrt(values.Average(value => Math.Pow(value - mean, 2))) / deviation, 0.9, 1.1);
    }
}
