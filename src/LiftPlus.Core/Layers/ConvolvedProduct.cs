using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// x Wᵀ + b with its gradient, each as a convolution or a matrix product. Keeps of a frozen layer the weight alone: the convolution's own
/// gradient would keep x too, half as much again as all else that a ViT's step keeps.
/// </summary>
internal sealed class ConvolvedProduct : autograd.SingleTensorFunction<ConvolvedProduct>
{
    private const string GradientForm = "gradient";

    // TorchSharp hands gradients to libtorch by wrappers that would live as long as the step's scope: the last product's live until the
    // next one's.
    [ThreadStatic]
    private static List<Tensor>? t_given;

    /// <inheritdoc/>
    public override string Name => nameof(ConvolvedProduct);

    /// <summary>x (..., in) with W (out, in) and b (out) to (..., out).</summary>
    /// <param name="x">The input.</param>
    /// <param name="weight">W.</param>
    /// <param name="bias">b.</param>
    /// <param name="forward">Whether x Wᵀ is a convolution.</param>
    /// <param name="gradient">Whether x's gradient is one.</param>
    public static Tensor Of(Tensor x, Tensor weight, Tensor? bias, bool forward, bool gradient)
    {
        // The function itself returns no view, so that callers may write over its result.
        Tensor y = apply(x.reshape(-1, x.shape[^1]), weight, bias!, forward, gradient);
        long[] shape = [.. x.shape[..^1], weight.shape[0]];
        return forward ? LinearProducts.FromPixels(y, shape) : y.reshape(shape);
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (var x, var weight, var bias) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor?)vars[2]);
        ctx.save_for_backward(weight.requires_grad ? [weight, x] : [weight]);
        ctx.save_data(GradientForm, (IsConvolution: (bool)vars[4], x.requires_grad, HasTrainedBias: bias is { requires_grad: true }));
        return (bool)vars[3] ? LinearProducts.ConvolvePixels(x, weight, bias) : nn.functional.linear(x, weight, bias);
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
        Tensor rows = isPixels ? LinearProducts.FromPixels(grad_output, -1, weight.shape[0]) : grad_output; // (rows, out)
        Tensor? ofInput =
            !needsInput ? null
            : isConvolution ? LinearProducts.Convolve(rows, weight.t(), bias: null)
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
}
