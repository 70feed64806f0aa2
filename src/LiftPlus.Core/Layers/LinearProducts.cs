using System.Text.Json.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Computes x Wᵀ + b, and says which of these products, in float32 on the CPU, run as 1×1 convolutions. A checkpoint keeps the choice,
/// so that a resumed run computes as before.
/// </summary>
internal sealed record LinearProducts
{
    [ThreadStatic]
    private static LinearProducts? t_current; // set by the outermost Use; null means the matrix product

    /// <summary>Gets the matrix product for everything.</summary>
    public static LinearProducts Linear { get; } = new();

    /// <summary>Gets the convolution for everything.</summary>
    public static LinearProducts Convolution { get; } =
        new()
        {
            ForwardFrom = 1,
            GradientFrom = 1,
            LeastWidth = 1,
        };

    /// <summary>Gets the number of rows of x from which x Wᵀ is a convolution; null for never.</summary>
    public int? ForwardFrom { get; init; }

    /// <summary>Gets the number of rows of x from which its gradient is a convolution; null for never.</summary>
    public int? GradientFrom { get; init; }

    /// <summary>Gets the smallest width of x and y for a convolution. Adapters and small models lie below.</summary>
    public int LeastWidth { get; init; } = 256;

    /// <summary>Gets the packed weights of this thread's products; null where none are used.</summary>
    public static PackedWeights? Packed => t_current?.PackedWeights;

    /// <summary>Gets the packed weights that predictions use.</summary>
    [JsonIgnore]
    public PackedWeights? PackedWeights { get; init; }

    /// <summary>Gets the measurement behind the choice, for the log; null where the user chose.</summary>
    public string? Measured { get; init; }

    /// <summary>Gets whether any product is a convolution.</summary>
    public bool HasConvolution => (ForwardFrom ?? GradientFrom) is not null;

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
        if (Packed?.Apply(x, weight, bias) is Tensor y)
            return y;
        if (t_current is not LinearProducts current || !current.Suits(x, weight))
            return nn.functional.linear(x, weight, bias);
        long rows = Rows(x);
        bool forward = rows >= current.ForwardFrom;
        bool isTrained = is_grad_enabled() && (x.requires_grad || weight.requires_grad || bias is { requires_grad: true });
        if (isTrained)
            return ConvolvedProduct.Of(x, weight, bias, forward, gradient: rows >= current.GradientFrom);
        return forward ? ConvolvedProduct.Convolve(x, weight, bias) : nn.functional.linear(x, weight, bias);
    }

    /// <summary>Tells whether <see cref="Apply"/> may compute x Wᵀ, or the gradient of x, as a convolution.</summary>
    public static bool IsConvolution(Tensor x, Tensor weight) => t_current is LinearProducts current && current.Suits(x, weight);

    /// <summary>Tells whether a product of these tensors may be a convolution.</summary>
    public bool Suits(Tensor x, Tensor weight) =>
        HasConvolution
        && Math.Min(weight.shape[0], weight.shape[1]) >= LeastWidth
        && (Rows(x) >= ForwardFrom || Rows(x) >= GradientFrom)
        && (x.dtype, weight.dtype) == (float32, float32)
        && x.device_type == DeviceType.CPU;

    private static long Rows(Tensor x) => x.numel() / x.shape[^1];

    private sealed class Scope(LinearProducts? before) : IDisposable
    {
        public void Dispose() => t_current = before;
    }
}
