using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Computes x Wᵀ + b and its gradient, each as a convolution or as a matrix product. For a frozen layer it keeps the weight alone.
/// libtorch's own gradient of a convolution would keep x too, half as much again as everything else that a step of a ViT keeps.
/// </summary>
internal sealed class ConvolvedProduct : autograd.SingleTensorFunction<ConvolvedProduct>
{
    private const string GradientForm = "gradient";

    // TorchSharp hands gradients to libtorch in wrappers that would live as long as the step's scope. Those of one product are freed when
    // the next product computes its own.
    [ThreadStatic]
    private static List<Tensor>? t_given;

    /// <inheritdoc/>
    public override string Name => nameof(ConvolvedProduct);

    /// <summary>Computes x (..., in) with W (out, in) and b (out) to (..., out).</summary>
    /// <param name="x">The input.</param>
    /// <param name="weight">W.</param>
    /// <param name="bias">b.</param>
    /// <param name="forward">Whether x Wᵀ is a convolution.</param>
    /// <param name="gradient">Whether the gradient of x is a convolution.</param>
    public static Tensor Of(Tensor x, Tensor weight, Tensor? bias, bool forward, bool gradient)
    {
        // The function itself returns no view, so that callers may write over its result.
        Tensor y = apply(x.reshape(-1, x.shape[^1]), weight, bias!, forward, gradient);
        long[] shape = [.. x.shape[..^1], weight.shape[0]];
        return forward ? FromPixels(y, shape) : y.reshape(shape);
    }

    /// <summary>Computes x Wᵀ + b as a 1×1 convolution over a row of pixels, without a gradient.</summary>
    public static Tensor Convolve(Tensor x, Tensor weight, Tensor? bias) =>
        FromPixels(ConvolvePixels(x, weight, bias), [.. x.shape[..^1], weight.shape[0]]);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (var x, var weight, var bias) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor?)vars[2]);
        ctx.save_for_backward(weight.requires_grad ? [weight, x] : [weight]);
        ctx.save_data(GradientForm, (IsConvolution: (bool)vars[4], x.requires_grad, HasTrainedBias: bias is { requires_grad: true }));
        return (bool)vars[3] ? ConvolvePixels(x, weight, bias) : nn.functional.linear(x, weight, bias);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        t_given?.ForEach(tensor => tensor?.Dispose());
        (bool isConvolution, bool needsInput, bool needsBias) = ((bool, bool, bool))ctx.get_data(GradientForm);
        List<Tensor> saved = ctx.get_saved_variables();
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = saved[0];
        bool isPixels = grad_output.dim() == 4;
        Tensor rows = isPixels ? FromPixels(grad_output, -1, weight.shape[0]) : grad_output; // (rows, out)
        Tensor? ofInput =
            !needsInput ? null
            : isConvolution ? Convolve(rows, weight.t(), bias: null)
            : nn.functional.linear(rows, weight.t());
        Tensor? ofWeight = saved.Count > 1 ? rows.t().mm(saved[1]) : null;
        Tensor? ofBias = needsBias ? rows.sum([0L]) : null;
        t_given =
        [
            ofInput?.DetachFromDisposeScope()!,
            ofWeight?.DetachFromDisposeScope()!,
            ofBias?.DetachFromDisposeScope()!,
            null!,
            null!,
        ];
        saved.ForEach(tensor => tensor.Dispose());
        grad_output.Dispose();
        return t_given;
    }

    // The result has the shape (1, out, 1, rows). It and x lie channels last in memory, which is their order as rows.
    private static Tensor ConvolvePixels(Tensor x, Tensor weight, Tensor? bias)
    {
        (long outer, long inner) = (weight.shape[0], weight.shape[1]);
        Tensor pixels = x.reshape(1, 1, -1, inner).permute(0, 3, 1, 2);
        return nn.functional.conv2d(pixels, weight.reshape(outer, inner, 1, 1), bias);
    }

    // Views pixels (1, out, 1, rows) as rows of the shape (..., out).
    private static Tensor FromPixels(Tensor pixels, params long[] shape) => pixels.permute(0, 2, 3, 1).reshape(shape);
}
