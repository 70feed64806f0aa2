using System.Runtime.InteropServices;
using LiftPlus.Layers;
using LiftPlus.TestSupport;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Layers;

public sealed class PackedWeightsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly IDisposable _noGrad = no_grad();
    private readonly Generator _random = new(0);

    public void Dispose()
    {
        _random.Dispose();
        _noGrad.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void OnX64_BothLibrariesPack()
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "MKL runs on x64 only.");
        Assert.NotNull(PackedProduct.Mkl);
        Assert.NotNull(PackedProduct.OneDnn);
        Assert.Contains(ProductMeasurement.Packed, new[] { PackedProduct.Mkl, PackedProduct.OneDnn });
    }

    // A weight is packed for the first number of rows and then serves all of them: one token, one image, a batch.
    [Theory]
    [InlineData("MKL", 197)]
    [InlineData("MKL", 1)]
    [InlineData("oneDNN", 197)]
    [InlineData("oneDNN", 1)]
    public void APackedWeightGivesTheSameProducts_ForEveryNumberOfRows(string library, int first)
    {
        using var packed = new PackedWeights(Find(library));
        foreach ((int inner, int outer) in new[] { (256, 768), (768, 256), (320, 257) })
        {
            var weight = new Parameter(randn([outer, inner], generator: _random), requires_grad: false);
            Tensor bias = randn([outer], generator: _random);
            foreach (int rows in new[] { first, 1, 2, 7, 50, 197, 600, 2000 })
            {
                Tensor x = randn([1, rows, inner], generator: _random);
                string what = $"{rows} rows ({inner}, {outer})";
                Tensor wanted = nn.functional.linear(x, weight, bias);
                TensorAssert.Close(wanted, packed.Apply(x, weight, bias)!, 1e-4, 1e-4, what);
                TensorAssert.Close(TensorMath.Subtract(wanted, bias), packed.Apply(x, weight, null)!, 1e-4, 1e-4, $"{what} without bias");
                Tensor transposed = x.transpose(1, 2).contiguous().transpose(1, 2);
                TensorAssert.Close(wanted, packed.Apply(transposed, weight, bias)!, 1e-4, 1e-4, $"{what}, columns first");
            }
        }
    }

    [Fact]
    public void FactorsMultiplyTheProductAndTheBias()
    {
        using PackedWeights packed = Create();
        var weight = new Parameter(randn([256, 300], generator: _random), requires_grad: false);
        Tensor bias = randn([256], generator: _random);
        Tensor x = randn([5, 300], generator: _random);
        Tensor wanted = TensorMath.Add(TensorMath.Scale(x.mm(weight.t()), 1.7), TensorMath.Scale(bias, 0.3));
        TensorAssert.Close(wanted, packed.Apply(x, weight, bias, 1.7f, 0.3f)!, 1e-4, 1e-4, "with factors");
        Assert.Null(packed.Apply(x, weight, bias)); // packed with another factor
    }

    [Fact]
    public void WhatCannotBePacked_IsLeftToTheCaller()
    {
        using PackedWeights packed = Create();
        Tensor values = randn([256, 256], generator: _random);
        var weight = new Parameter(values.clone(), requires_grad: false);
        Tensor x = randn([5, 256], generator: _random);
        Assert.Null(packed.Apply(x, values, null)); // not a layer's own
        Assert.Null(packed.Apply(x, new Parameter(values.narrow(0, 0, 255).clone(), requires_grad: false), null)); // small
        Assert.Null(packed.Apply(x.bfloat16(), new Parameter(values.bfloat16(), requires_grad: false), null));
        Assert.Null(new PackedWeights(product: null).Apply(x, weight, null));
        using (enable_grad())
            Assert.Null(packed.Apply(x, weight, null));
        Assert.NotNull(packed.Apply(x, weight, null));
    }

    [Fact]
    public void AWeightThatHasChanged_IsMultipliedAsItIs()
    {
        using PackedWeights packed = Create();
        var weight = new Parameter(randn([256, 256], generator: _random), requires_grad: false);
        Tensor x = randn([5, 256], generator: _random);
        Assert.NotNull(packed.Apply(x, weight, null));
        weight.neg_();
        Assert.Null(packed.Apply(x, weight, null));
    }

    [Fact]
    public void DisposeFreesTheCopies_AndProductsLeaveNothingBehind()
    {
        var weight = new Parameter(randn([256, 256], generator: _random), requires_grad: false);
        Tensor x = randn([5, 256], generator: _random);
        PackedWeights packed = Create();
        long before = LiveTensors.Count();
        for (int i = 0; i < 3; i++)
        {
            packed.Apply(x, weight, null)!.Dispose();
            Assert.Equal(before + 1, LiveTensors.Count());
        }

        packed.Dispose();
        Assert.Equal(before, LiveTensors.Count());
    }

    [Fact]
    public void ThreadsShareTheCopies()
    {
        using PackedWeights packed = Create();
        var weight = new Parameter(randn([512, 256], generator: _random), requires_grad: false);
        Tensor x = randn([50, 256], generator: _random);
        Tensor wanted = nn.functional.linear(x, weight);
        long before = LiveTensors.Count();
        Parallel.For(0, 32, _ =>
        {
            using IDisposable noGrad = no_grad(); // of this thread
            using DisposeScope scope = NewDisposeScope();
            TensorAssert.Close(wanted, packed.Apply(x, weight, null)!, 1e-4, 1e-4, "a thread's product");
        });
        LiveTensors.AssertBecome(before + 1);
    }

    private static PackedWeights Create() => new(Found(ProductMeasurement.Packed));

    private static PackedProduct Find(string library) => Found(library == "MKL" ? PackedProduct.Mkl : PackedProduct.OneDnn);

    private static PackedProduct Found(PackedProduct? product)
    {
        Assert.SkipWhen(product is null, "This libtorch does not pack weights.");
        return product!;
    }
}
