using System.Text.Json.Nodes;
using LiftPlus.Backbones;
using LiftPlus.Peft;
using LiftPlus.Sites;
using LiftPlus.TestSupport;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Adapters.Tests.Lora;

/// <summary>Compares DoRA and rsLoRA with their formulas, written down in double precision, and with what peft reads.</summary>
public sealed class LoraVariantsTests : IDisposable
{
    private const int In = 4,
        Out = 3,
        Rank = 2;

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void DoraAndItsGradientsAreThoseOfTheFormula(bool isRankStabilized, bool hasBias)
    {
        using var random = new Generator(4);
        double[,] weight = Draw(Out, In, random),
            bias = Draw(1, Out, random),
            x = Draw(5, In, random),
            weights = Draw(5, Out, random); // of the outputs in the sum whose gradient is taken
        Tensor? frozenBias = hasBias ? tensor(bias).to(float32).reshape(-1) : null;
        if (!hasBias)
            Array.Clear(bias);
        Tensor frozen = tensor(weight).to(float32);
        using var adapter = new LoraAdapter(
            new LoraOptions
            {
                Alpha = 3,
                Dora = true,
                RankStabilized = isRankStabilized,
            },
            Rank,
            In,
            Out,
            new LinearSource(In, Out, () => frozen, () => frozenBias),
            random
        );
        using (no_grad())
        {
            Assert.Equal(Lengths(weight), Doubles(adapter.Magnitude!), (a, b) => Math.Abs(a - b) < 1e-6);
            foreach (TorchSharp.Modules.Parameter parameter in adapter.parameters())
                TensorMath.Add_(parameter, randn(parameter.shape, generator: random));
        }

        double[] a = Doubles(adapter.Down),
            b = Doubles(adapter.Up),
            m = Doubles(adapter.Magnitude!);
        double scale = isRankStabilized ? 3 / Math.Sqrt(Rank) : 3.0 / Rank;
        double[] lengths = Lengths(Changed(weight, a, b, scale)); // constant for the gradient
        Tensor input = tensor(x).to(float32);
        Tensor y = adapter.forward(input, nn.functional.linear(input, frozen, frozenBias));
        Tensor sum = y.mul(tensor(weights).to(float32)).sum();
        sum.backward();
        Assert.Equal(Sum(a, b, m), sum.item<float>(), 1e-4);
        AssertSlope(adapter.Down, a, values => Sum(values, b, m));
        AssertSlope(adapter.Up, b, values => Sum(a, values, m));
        AssertSlope(adapter.Magnitude!, m, values => Sum(a, b, values));

        (Tensor merged, Tensor? mergedBias) = adapter.Merge(frozen, frozenBias);
        TensorAssert.Close(nn.functional.linear(input, merged, mergedBias), y, 1e-5, 1e-5, "merged output");

        // Σ weights · (m / length · x (W + s (A B)ᵀ)ᵀ + bias)
        double Sum(double[] downs, double[] ups, double[] magnitudes)
        {
            double[,] changed = Changed(weight, downs, ups, scale);
            double total = 0;
            for (int i = 0; i < x.GetLength(0); i++)
            {
                for (int o = 0; o < Out; o++)
                {
                    double product = Enumerable.Range(0, In).Sum(d => x[i, d] * changed[o, d]);
                    total += weights[i, o] * (magnitudes[o] / lengths[o] * product + bias[0, o]);
                }
            }

            return total;
        }
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(9, 2)]
    public void ARankStabilizedChangeIsMultipliedByAlphaOverTheRootOfTheRank(int rank, double alpha)
    {
        using var random = new Generator(4);
        using IDisposable noGrad = no_grad();
        using var adapter = new LoraAdapter(new LoraOptions { Alpha = alpha, RankStabilized = true }, rank, 5, 7, null, random);
        adapter.Up.normal_(0, 1, random);
        Tensor x = randn([2, 4, 5], generator: random),
            y = randn([2, 4, 7], generator: random);
        Tensor change = nn.functional.linear(x, adapter.Down.mm(adapter.Up).t());
        Tensor expected = TensorMath.Add(y, TensorMath.Scale(change, alpha / Math.Sqrt(rank)));
        TensorAssert.Close(expected, adapter.forward(x, y), 1e-5, 1e-5, "output");
    }

    [Fact]
    public void DoraIsWrittenAsPeftReadsIt()
    {
        var options = new LoraOptions
        {
            Rank = 4,
            Alpha = 6,
            Dora = true,
            RankStabilized = true,
        };
        using Backbone backbone = Adapted(options),
            again = SmallBackbone.ViT();
        HuggingFacePeft.Save(backbone, _folder["peft"]);
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder["peft"], HuggingFacePeft.ConfigFile)))!;
        Assert.Equal((true, true, 6), ((bool)config["use_dora"]!, (bool)config["use_rslora"]!, (double)config["lora_alpha"]!));
        using Safetensors tensors = Safetensors.Open(Path.Combine(_folder["peft"], HuggingFacePeft.TensorFile));
        TensorAssert.Close(
            backbone.get_parameter("image.blocks.1.attn.query.lora.rows.magnitude")!,
            tensors.Read("base_model.model.encoder.layer.1.attention.attention.query.lora_magnitude_vector"),
            0,
            0,
            "m"
        );

        LoraOptions read = Assert.Single(HuggingFacePeft.Load(_folder["peft"], again));
        Assert.Equal((true, 12), (read.Dora, read.Alpha)); // 6 · √4 over r
        using IDisposable noGrad = no_grad();
        Tensor images = SmallBackbone.Images(16);
        TensorAssert.Close(backbone.EncodeImage(images), again.EncodeImage(images), 1e-5, 1e-5, "features");
    }

    [Fact]
    public void WhatOneAdapterOfPeftCannotBeIsRefused()
    {
        using Backbone backbone = Adapted(
            new LoraOptions { Rank = 2, Dora = true },
            new LoraOptions { Rank = 2, Sites = AdapterSites.Fc1 }
        );
        string message = Assert.Throws<LiftPlusException>(() => HuggingFacePeft.Save(backbone, _folder["peft"])).Message;
        Assert.Contains("6 of 9 LoRA modules are DoRA, and an adapter of peft has one kind", message);
        using Backbone dora = Adapted(new LoraOptions { Rank = 2, Dora = true });
        message = Assert.Throws<LiftPlusException>(() => ReferenceCheckpoint.Save(_folder["checkpoint.pth.tar"], dora, null)).Message;
        Assert.Contains("the authors' implementation has no DoRA", message);
        using Backbone stabilized = Adapted(new LoraOptions { Rank = 4, RankStabilized = true });
        message = Assert.Throws<LiftPlusException>(() => ReferenceCheckpoint.Save(_folder["checkpoint.pth.tar"], stabilized, null)).Message;
        Assert.Contains("LoRA's Alpha is 1 over √r", message);
    }

    [Fact]
    public void DoraNeedsALayerAndRatiosArePositive()
    {
        using var random = new Generator(0);
        Assert.Contains(
            "needs the weight of its layer",
            Assert.Throws<LiftPlusException>(() => new LoraAdapter(new LoraOptions { Dora = true }, 2, 5, 7, null, random)).Message
        );
        foreach (double wrong in new[] { 0, -1, double.PositiveInfinity })
            Assert.Contains($"LearningRateRatio is {wrong};", Assert.Single(new LoraOptions { LearningRateRatio = wrong }.Validate()));
    }

    private static Backbone Adapted(params LoraOptions[] methods)
    {
        Backbone backbone = SmallBackbone.ViT();
        using var random = new Generator(5);
        foreach (LoraOptions method in methods)
            method.Apply(new PeftContext(backbone, SmallBackbone.Classes, random));
        using IDisposable noGrad = no_grad();
        foreach (Tensor value in backbone.TrainedState().Values)
            value.normal_(0, 1, random);
        return backbone;
    }

    private static void AssertSlope(Tensor parameter, double[] at, Func<double[], double> function)
    {
        const double H = 1e-5;
        double[] found = Doubles(parameter.grad!);
        for (int i = 0; i < at.Length; i++)
        {
            double above = function([.. at[..i], at[i] + H, .. at[(i + 1)..]]),
                below = function([.. at[..i], at[i] - H, .. at[(i + 1)..]]);
            Assert.Equal((above - below) / (2 * H), found[i], 1e-3);
        }
    }

    private static double[,] Changed(double[,] weight, double[] a, double[] b, double scale)
    {
        double[,] changed = (double[,])weight.Clone();
        for (int o = 0; o < Out; o++)
        {
            for (int d = 0; d < In; d++)
                changed[o, d] += scale * Enumerable.Range(0, Rank).Sum(r => a[d * Rank + r] * b[r * Out + o]);
        }

        return changed;
    }

    private static double[] Lengths(double[,] rows) =>
        [.. Enumerable.Range(0, Out).Select(o => Math.Sqrt(Enumerable.Range(0, In).Sum(d => rows[o, d] * rows[o, d])))];

    private static double[] Doubles(Tensor values) => TensorAssert.Doubles(values);

    private static double[,] Draw(int rows, int columns, Generator random)
    {
        double[] drawn = TensorAssert.Doubles(randn([rows, columns], generator: random));
        double[,] values = new double[rows, columns];
        for (int i = 0; i < drawn.Length; i++)
            values[i / columns, i % columns] = drawn[i];
        return values;
    }
}
