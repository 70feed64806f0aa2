using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>Computes x Wᵀ + b in the form that this thread's model has chosen.</summary>
internal static class LinearProducts
{
    [ThreadStatic]
    private static ProductForms? t_forms; // of the innermost Use; null: the matrix product

    /// <summary>
    /// Sets the forms for this thread until the result is disposed. Forms that are set already stay: a run's validation computes as the
    /// run.
    /// </summary>
    public static IDisposable Use(ProductForms forms)
    {
        var scope = new Scope(t_forms);
        t_forms ??= forms;
        return scope;
    }

    /// <summary>x (..., in) with W (out, in) and b (out) to (..., out).</summary>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor? bias)
    {
        if (!IsConvolution(x, weight))
            return nn.functional.linear(x, weight, bias);
        ProductForms forms = t_forms!;
        bool isTrained = is_grad_enabled() && (x.requires_grad || weight.requires_grad || bias is { requires_grad: true });
        if (isTrained)
            return ConvolvedProduct.Of(x, weight, bias, forms.Forward(x), forms.Gradient(x));
        return forms.Forward(x) ? Convolve(x, weight, bias) : nn.functional.linear(x, weight, bias);
    }

    /// <summary>Tells whether <see cref="Apply"/> may compute x Wᵀ, or its gradient, as a convolution.</summary>
    public static bool IsConvolution(Tensor x, Tensor weight) => t_forms is ProductForms forms && forms.Suits(x, weight);

    /// <summary>
    /// x Wᵀ + b as a 1×1 convolution over a row of pixels, in and out as views: (1, in, 1, rows) lies channels last already.
    /// </summary>
    public static Tensor Convolve(Tensor x, Tensor weight, Tensor? bias)
    {
        (long outer, long inner) = (weight.shape[0], weight.shape[1]);
        long[] shape = [.. x.shape[..^1], outer];
        Tensor pixels = x.reshape(1, 1, -1, inner).permute(0, 3, 1, 2);
        return nn.functional.conv2d(pixels, weight.reshape(outer, inner, 1, 1), bias).permute(0, 2, 3, 1).reshape(shape);
    }

    private sealed class Scope(ProductForms? before) : IDisposable
    {
        public void Dispose() => t_forms = before;
    }
}
