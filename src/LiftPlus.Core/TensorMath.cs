using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>
/// Arithmetic without implicit Scalars. TorchSharp 0.107 turns a C# number into a finalizable <see cref="Scalar"/> that nothing keeps
/// alive across the native call, so a collection on another thread can free it while native code reads it. Held ones are safe.
/// </summary>
public static class TensorMath
{
    /// <summary>The held constant 0, for tensors of any type.</summary>
    public static readonly Scalar Zero = HoldInteger(0);

    /// <summary>The held constant 1, for tensors of any type.</summary>
    public static readonly Scalar One = HoldInteger(1);

    private static readonly Scalar s_minusOne = HoldInteger(-1);

    /// <summary>Makes a Scalar to be kept in a field for as long as it is used.</summary>
    public static Scalar Hold(double value) => value.ToScalar();

    /// <summary>Makes an integer Scalar to be kept in a field for as long as it is used.</summary>
    public static Scalar HoldInteger(long value) => value.ToScalar();

    /// <summary>a + b.</summary>
    public static Tensor Add(Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a += b, in place.</summary>
    public static Tensor Add_(Tensor a, Tensor b) => a.add_(b, One);

    /// <summary>a - b.</summary>
    public static Tensor Subtract(Tensor a, Tensor b) => a.add(b, s_minusOne);

    /// <summary>factor · x. Keeps the factor alive for the call.</summary>
    public static Tensor Scale(Tensor x, double factor)
    {
        Scalar held = Hold(factor);
        Tensor result = x.mul(held);
        GC.KeepAlive(held);
        return result;
    }

    /// <summary>Unit rows: x / max(‖x‖₂, 1e-12) along the last axis.</summary>
    public static Tensor Normalize(Tensor x) => nn.functional.normalize(x, p: 2.0, dim: -1, eps: 1e-12);

    /// <summary>
    /// Fills with normal values cut at ±2 deviations, by the inverse distribution function; TorchSharp's own trunc_normal_ fills with a constant.
    /// </summary>
    public static Tensor TruncatedNormal_(Tensor x, double std, Generator? generator = null)
    {
        const double low = 0.022750131948179195; // Φ(-2)
        using IDisposable noGrad = no_grad();
        using Tensor uniform = rand_like(x.detach());
        if (generator is not null)
            uniform.uniform_(0.0, 1.0, generator);
        Scalar span = Hold(2 * (1 - 2 * low)),
            start = Hold(2 * low - 1),
            deviation = Hold(std * Math.Sqrt(2)),
            bound = Hold(2 * std),
            minusBound = Hold(-2 * std);
        uniform.mul_(span).add_(start, One).erfinv_().mul_(deviation).clamp_(minusBound, bound);
        x.copy_(uniform);
        GC.KeepAlive((span, start, deviation, bound, minusBound));
        return x;
    }
}
