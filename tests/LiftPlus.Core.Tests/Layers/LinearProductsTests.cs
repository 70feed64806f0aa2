using LiftPlus.Layers;
using LiftPlus.TestSupport;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Layers;

public sealed class LinearProductsTests
{
    public static TheoryData<int, int, int, bool, bool> Cases =>
        new()
        {
            { 197, 64, 256, false, true },
            { 600, 96, 32, false, true },
            { 20, 32, 48, true, true },
            { 600, 48, 40, true, false },
            { 1, 16, 8, true, true },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void BothFormsGiveTheSameValuesAndGradients(int rows, int inner, int outer, bool isTrained, bool hasBias)
    {
        using DisposeScope scope = NewDisposeScope();
        using var random = new Generator(0);
        Tensor values = randn([2, rows, inner], generator: random);
        Tensor upstream = randn([2, rows, outer], generator: random);
        var weight = new Parameter(randn([outer, inner], generator: random), isTrained);
        Parameter? bias = hasBias ? new Parameter(randn([outer], generator: random), isTrained) : null;

        Tensor[] Compute(LinearProducts forms)
        {
            using IDisposable use = LinearProducts.Use(() => forms);
            Tensor x = values.clone().requires_grad_();
            Tensor y = LinearProducts.Apply(x, weight, bias);
            y.backward([upstream]);
            Tensor[] results =
            [
                y.detach(),
                x.grad!,
                .. new[] { weight, bias }.Where(p => p?.grad is not null).Select(p => p!.grad!.clone()),
            ];
            weight.grad = null;
            bias?.grad = null;
            using IDisposable noGrad = no_grad();
            return [.. results, LinearProducts.Apply(values, weight, bias)];
        }

        Tensor[] wanted = Compute(LinearProducts.Linear);
        LinearProducts[] forms =
        [
            LinearProducts.Convolution,
            LinearProducts.Convolution with
            {
                ForwardFrom = null,
            },
            LinearProducts.Convolution with
            {
                GradientFrom = null,
            },
        ];
        foreach (LinearProducts form in forms)
        {
            Tensor[] got = Compute(form);
            Assert.Equal(wanted.Length, got.Length);
            foreach ((int i, (Tensor want, Tensor have)) in wanted.Zip(got).Index())
                TensorAssert.Close(want, have, 1e-4, 1e-5 * Math.Max(1, want.abs().max().item<float>()), $"tensor {i} of {form}");
        }
    }

    [Fact]
    public void AStepLeavesNoTensorBehindButTheLastGradient()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable use = LinearProducts.Use(() => LinearProducts.Convolution);
        Tensor values = randn(8, 16).requires_grad_();
        var weight = new Parameter(randn(16, 16), requires_grad: false);

        long Step()
        {
            using (NewDisposeScope())
            {
                LinearProducts.Apply(LinearProducts.Apply(values, weight, null), weight, null).sum().backward();
                values.grad = null;
            }

            return LiveTensors.Count();
        }

        Step();
        long after = Step();
        for (int step = 0; step < 5; step++)
            Assert.Equal(after, Step());
    }

    [Fact]
    public void TheFirstProductsOfAThreadStay_AndEndWithTheirScope()
    {
        using Tensor x = randn(2, 3);
        using Tensor weight = randn(4, 3);
        using (LinearProducts.Use(() => LinearProducts.Convolution))
        {
            using (LinearProducts.Use(() => throw new InvalidOperationException("Nothing is chosen where products are set.")))
                Assert.True(LinearProducts.IsConvolution(x, weight));
            Assert.True(LinearProducts.IsConvolution(x, weight));
        }

        Assert.False(LinearProducts.IsConvolution(x, weight));
    }

    [Fact]
    public void Choose_TakesWhatTheUserSays_AndMeasuresOnceForALargeModelOnTheCpu()
    {
        Assert.Same(LinearProducts.Linear, ProductMeasurement.Choose(LinearProduct.Linear, CPU, 768));
        Assert.Same(LinearProducts.Convolution, ProductMeasurement.Choose(LinearProduct.Convolution, CPU, 16));
        Assert.Same(LinearProducts.Linear, ProductMeasurement.Choose(LinearProduct.Auto, CPU, 128));
        LinearProducts measured = ProductMeasurement.Choose(LinearProduct.Auto, CPU, 768);
        Assert.Same(measured, ProductMeasurement.Choose(LinearProduct.Auto, CPU, 1024));
        Assert.Equal(get_num_threads() < 2, measured.Measured is null);
    }

    [Theory]
    // AVX-512 processors of AMD: twice as fast, except for few rows, where reordering the weight takes most of the time.
    [InlineData(new[] { 0.9, 1.7, 2.0 }, new[] { 1.2, 1.8, 2.0 }, 197, 50)]
    // Processors with a matrix product that is as fast or faster.
    [InlineData(new[] { 0.7, 0.9, 1.02 }, new[] { 0.5, 0.8, 0.9 }, null, null)]
    [InlineData(new[] { 0.9, 1.1, 1.14 }, new[] { 0.5, 0.8, 1.2 }, null, 788)]
    // No reason explains a gain that more rows lose.
    [InlineData(new[] { 1.3, 1.5, 1.0 }, new[] { 1.3, 1.0, 1.5 }, null, 788)]
    public void TheConvolutionIsChosenFromTheRowsOn_WithWhichItIsClearlyFaster(
        double[] forward,
        double[] gradient,
        int? forwardFrom,
        int? gradientFrom
    )
    {
        static ProductTimes[] Times(double[] gains) =>
            [.. gains.Zip([50, 197, 788], (gain, rows) => new ProductTimes(rows, [gain, gain, 1.1 * gain], [1, 1, 1.1]))];
        LinearProducts chosen = ProductMeasurement.Decide(Times(forward), Times(gradient));
        Assert.Equal((forwardFrom, gradientFrom), (chosen.ForwardFrom, chosen.GradientFrom));
        Assert.Contains($"{forward[0]:F2} (50 rows)", chosen.Measured);
        Assert.Contains($"{gradient[2]:F2} (788 rows) backward", chosen.Measured);
    }

    [Fact]
    public void ASlowMomentInsideTheMeasurement_DecidesNothing()
    {
        Assert.Equal(1, new ProductTimes(50, [1, 5, 1, 1, 1], [1, 1, 1, 1, 1]).Gain, 6);
        Assert.Equal(1, new ProductTimes(50, [1, 5, 5, 5, 1], [1, 1, 1, 1, 1]).Gain, 6);
        Assert.Equal(1, new ProductTimes(50, [2, 2, 2, 2, 2], [2, 2, 2, 1, 2]).Gain, 6);
        Assert.Equal(2, new ProductTimes(50, [2, 2, 6, 2, 2], [1, 3, 1, 1, 1]).Gain, 6);
    }

    [Fact]
    public void ProductsOfFewRowsAndSmallWidthsStayMatrixProducts()
    {
        LinearProducts forms = new LinearProducts { GradientFrom = 16 };
        using Tensor wide = empty(256, 256);
        using Tensor narrow = empty(255, 256);
        using Tensor rows = empty(2, 8, 256);
        using Tensor few = empty(15, 256);
        using Tensor half = empty([16, 256], dtype: bfloat16);
        Assert.True(forms.Suits(rows, wide));
        Assert.False(forms.Suits(rows, narrow));
        Assert.False(forms.Suits(few, wide));
        Assert.False(forms.Suits(half, wide));
        Assert.False(LinearProducts.Linear.Suits(rows, wide));
    }
}
