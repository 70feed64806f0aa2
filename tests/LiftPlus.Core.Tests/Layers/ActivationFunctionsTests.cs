using LiftPlus.Layers;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Layers;

public sealed class ActivationFunctionsTests
{
    [Theory]
    [InlineData(Activation.QuickGelu)]
    [InlineData(Activation.Gelu)]
    [InlineData(Activation.GeluTanh)]
    public void WithAndWithoutAGradient_TheValuesAreTheFormulas(Activation activation)
    {
        using DisposeScope scope = NewDisposeScope();
        float[] values = [-1e13f, -1e4f, -30, -8, .. Enumerable.Range(-60, 121).Select(i => i / 10f), 8, 30, 1e4f, 1e13f];
        double Formula(double x) =>
            activation switch
            {
                Activation.QuickGelu => x / (1 + Math.Exp(-1.702 * x)),
                Activation.Gelu => x / 2 * special.erfc(tensor(-x / Math.Sqrt(2), float64)).item<double>(),
                _ => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
            };
        Tensor wanted = tensor([.. values.Select(x => (float)Formula(x))]);
        Tensor x = tensor(values);
        TensorAssert.Close(wanted, activation.Apply(x), 1e-5, 2e-6, "without a gradient");
        Assert.Equal(values, x.data<float>().ToArray());
        TensorAssert.Close(wanted, activation.Apply(x.clone(), mayOverwrite: true), 1e-5, 2e-6, "in place");
        TensorAssert.Close(wanted, activation.Apply(x.clone().requires_grad_()).detach(), 1e-5, 2e-6, "with a gradient");
    }
}
