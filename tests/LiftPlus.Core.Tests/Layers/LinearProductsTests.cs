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
                ForwardOfFew = false,
                ForwardOfMany = false,
            },
            LinearProducts.Convolution with
            {
                GradientOfFew = false,
                GradientOfMany = false,
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

    [Fact]
    public void ProductsOfFewRowsAndSmallWidthsStayMatrixProducts()
    {
        LinearProducts forms = LinearProducts.Convolution with { LeastWidth = 256, LeastRows = 16 };
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
