using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>Computes x Wᵀ + b in the form that this thread's model has chosen.</summary>
internal static class LinearProducts
{
    [ThreadStatic]
    private static ProductForms? t_forms; // set by the outermost Use; null means the matrix product

    /// <summary>
    /// Sets the forms for this thread until the result is disposed. Forms that are set already stay, so that the validation of a run
    /// computes as the run does.
    /// </summary>
    public static IDisposable Use(ProductForms forms)
    {
        var scope = new Scope(t_forms);
        t_forms ??= forms;
        return scope;
    }

    /// <summary>Computes x (..., in) with W (out, in) and b (out) to (..., out).</summary>
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

    /// <summary>Computes x Wᵀ + b as a 1×1 convolution over a row of pixels.</summary>
    public static Tensor Convolve(Tensor x, Tensor weight, Tensor? bias) =>
        FromPixels(ConvolvePixels(x, weight, bias), [.. x.shape[..^1], weight.shape[0]]);

    /// <summary>Computes the same as pixels (1, out, 1, rows). Both x and the result lie in memory as needed, channels last.</summary>
    public static Tensor ConvolvePixels(Tensor x, Tensor weight, Tensor? bias)
    {
        (long outer, long inner) = (weight.shape[0], weight.shape[1]);
        Tensor pixels = x.reshape(1, 1, -1, inner).permute(0, 3, 1, 2);
        return nn.functional.conv2d(pixels, weight.reshape(outer, inner, 1, 1), bias);
    }

    /// <summary>Views pixels (1, out, 1, rows) as rows of a shape (..., out).</summary>
    public static Tensor FromPixels(Tensor pixels, params long[] shape) => pixels.permute(0, 2, 3, 1).reshape(shape);

    private sealed class Scope(ProductForms? before) : IDisposable
    {
        public void Dispose() => t_forms = before;
    }
}
