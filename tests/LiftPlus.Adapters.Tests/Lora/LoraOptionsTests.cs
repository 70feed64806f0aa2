using LiftPlus.Backbones;
using LiftPlus.Peft;
using LiftPlus.TestSupport;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Adapters.Tests.Lora;

/// <summary>Tests the scale of LoRA, alpha / rank.</summary>
public sealed class LoraOptionsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(0.5)]
    public void TheChangeIsMultipliedByAlphaOverRank(double alpha)
    {
        const int rank = 3;
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using var random = new Generator(4);
        var context = new AdapterContext
        {
            Site = AdapterSites.Query,
            Layer = 0,
            Layers = [0],
            InputWidth = 5,
            OutputWidth = 7,
            ClassCount = 10,
            Random = random,
        };
        using var adapter = (LoraAdapter)new LoraOptions { Rank = rank, Alpha = alpha }.CreateAdapter(context);
        adapter.Up.normal_(0, 1, random);
        Tensor x = randn([2, 4, 5], generator: random),
            y = randn([2, 4, 7], generator: random);
        Tensor expected = TensorMath.Add(y, TensorMath.Scale(nn.functional.linear(x, adapter.Down.mm(adapter.Up).t()), alpha / rank));
        TensorAssert.Close(expected, adapter.forward(x, y), 1e-5, 1e-5, "output");
        Tensor weight = randn([7, 5], generator: random);
        expected = TensorMath.Add(weight, TensorMath.Scale(adapter.Down.mm(adapter.Up).t(), alpha / rank));
        TensorAssert.Close(expected, adapter.Merge(weight, null).Weight, 1e-5, 1e-5, "merged weight");
    }

    [Fact]
    public void TheDefaultAlphaIsThatOfTheAuthors() => Assert.Equal(1, new LoraOptions().Alpha);

    [Fact]
    public void TheAuthorsCheckpointsHaveAlphaOne()
    {
        using var folder = new TemporaryFolder();
        using Backbone usual = SmallBackbone.Clip(),
            scaled = SmallBackbone.Clip();
        using var random = new Generator(0);
        new LoraOptions { Rank = 2 }.Apply(new PeftContext(usual, SmallBackbone.Classes, random));
        new LoraOptions { Rank = 2, Alpha = 16 }.Apply(new PeftContext(scaled, SmallBackbone.Classes, random));
        string path = folder[ReferenceCheckpoint.FileName];
        string message = Assert.Throws<LiftPlusException>(() => ReferenceCheckpoint.Save(path, scaled, null)).Message;
        Assert.StartsWith($"{path} was not written: LoRA's Alpha is 16,", message);
        Assert.False(File.Exists(path));

        ReferenceCheckpoint.Save(path, usual, null);
        using WeightSource source = WeightFile.Open(path);
        message = Assert.Throws<LiftPlusException>(() => ReferenceCheckpoint.Load(source, scaled, null)).Message;
        Assert.StartsWith($"{path} was not loaded: LoRA's Alpha is 16,", message);
    }
}
