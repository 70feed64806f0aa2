using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Computes x Wᵀ + b, and says which of these products, in float32 on the CPU, run as 1×1 convolutions. A checkpoint keeps the choice,
/// so that a resumed run computes as before.
/// </summary>
internal sealed record LinearProducts
{
    /// <summary>The number of rows from which a product counts as one of many rows. Batches of one or two images have fewer.</summary>
    public const int ManyRows = 512;

    [ThreadStatic]
    private static LinearProducts? t_current; // set by the outermost Use; null means the matrix product

    /// <summary>Gets the matrix product for everything.</summary>
    public static LinearProducts Linear { get; } = new();

    /// <summary>Gets the convolution for everything.</summary>
    public static LinearProducts Convolution { get; } =
        new()
        {
            ForwardOfFew = true,
            ForwardOfMany = true,
            GradientOfFew = true,
            GradientOfMany = true,
            LeastWidth = 1,
            LeastRows = 1,
        };

    /// <summary>Gets whether x Wᵀ of fewer than <see cref="ManyRows"/> rows is a convolution.</summary>
    public bool ForwardOfFew { get; init; }

    /// <summary>Gets whether x Wᵀ of <see cref="ManyRows"/> rows or more is a convolution.</summary>
    public bool ForwardOfMany { get; init; }

    /// <summary>Gets whether the gradient of x is a convolution where x has fewer than <see cref="ManyRows"/> rows.</summary>
    public bool GradientOfFew { get; init; }

    /// <summary>Gets whether the gradient of x is a convolution where x has <see cref="ManyRows"/> rows or more.</summary>
    public bool GradientOfMany { get; init; }

    /// <summary>Gets the smallest width of x and y for a convolution. Adapters and small models lie below.</summary>
    public int LeastWidth { get; init; } = 256;

    /// <summary>Gets the smallest number of rows for a convolution. Classifiers and single tokens lie below.</summary>
    public int LeastRows { get; init; } = 16;

    /// <summary>Gets the measurement behind the choice, for the log; null where the user chose.</summary>
    public string? Measured { get; init; }

    /// <summary>Gets whether any product is a convolution.</summary>
    public bool HasConvolution => ForwardOfFew || ForwardOfMany || GradientOfFew || GradientOfMany;

    /// <summary>
    /// Sets the products of this thread until the result is disposed. Products that are already set stay, and <paramref name="choose"/> is
    /// not called: the validation of a run computes as the run does.
    /// </summary>
    public static IDisposable Use(Func<LinearProducts> choose)
    {
        var scope = new Scope(t_current);
        t_current ??= choose();
        return scope;
    }

    /// <summary>Computes x (..., in) with W (out, in) and b (out) to (..., out).</summary>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor? bias)
    {
        if (t_current is not LinearProducts current || !current.Suits(x, weight))
            return nn.functional.linear(x, weight, bias);
        bool isTrained = is_grad_enabled() && (x.requires_grad || weight.requires_grad || bias is { requires_grad: true });
        if (isTrained)
            return ConvolvedProduct.Of(x, weight, bias, current.Forward(x), current.Gradient(x));
        return current.Forward(x) ? ConvolvedProduct.Convolve(x, weight, bias) : nn.functional.linear(x, weight, bias);
    }

    /// <summary>Tells whether <see cref="Apply"/> may compute x Wᵀ, or the gradient of x, as a convolution.</summary>
    public static bool IsConvolution(Tensor x, Tensor weight) => t_current is LinearProducts current && current.Suits(x, weight);

    /// <summary>Tells whether a product of these tensors may be a convolution.</summary>
    public bool Suits(Tensor x, Tensor weight) =>
        HasConvolution
        && Math.Min(weight.shape[0], weight.shape[1]) >= LeastWidth
        && Rows(x) >= LeastRows
        && (x.dtype, weight.dtype) == (float32, float32)
        && x.device_type == DeviceType.CPU;

    private bool Forward(Tensor x) => Rows(x) < ManyRows ? ForwardOfFew : ForwardOfMany;

    private bool Gradient(Tensor x) => Rows(x) < ManyRows ? GradientOfFew : GradientOfMany;

    private static long Rows(Tensor x) => x.numel() / x.shape[^1];

    private sealed class Scope(LinearProducts? before) : IDisposable
    {
        public void Dispose() => t_current = before;
    }
}
