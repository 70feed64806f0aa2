using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>
/// Provides arithmetic without implicit Scalars. TorchSharp 0.107 turns a C# number into a finalizable <see cref="Scalar"/> without keeping
/// it alive during the native call, so that the garbage collector can free it while native code reads it. A Scalar held in a field is safe.
/// </summary>
public static class TensorMath
{
    /// <summary>Holds the constant 0, for tensors of any type.</summary>
    public static readonly Scalar Zero = HoldInteger(0);

    /// <summary>Holds the constant 1, for tensors of any type.</summary>
    public static readonly Scalar One = HoldInteger(1);

    private static readonly Scalar s_minusOne = HoldInteger(-1);

    /// <summary>Creates a Scalar; keep it in a field for as long as it is used.</summary>
    public static Scalar Hold(double value) => LibTorch.Loaded(value).ToScalar();

    /// <summary>Creates an integer Scalar; keep it in a field for as long as it is used.</summary>
    public static Scalar HoldInteger(long value) => LibTorch.Loaded(value).ToScalar();

    /// <summary>Returns a + b.</summary>
    public static Tensor Add(Tensor a, Tensor b) => a.add(b, One);

    /// <summary>Adds b to a in place.</summary>
    public static Tensor Add_(Tensor a, Tensor b) => a.add_(b, One);

    /// <summary>Returns a - b.</summary>
    public static Tensor Subtract(Tensor a, Tensor b) => a.add(b, s_minusOne);

    /// <summary>Returns factor · x, keeping the factor alive during the call.</summary>
    public static Tensor Scale(Tensor x, double factor)
    {
        Scalar held = Hold(factor);
        Tensor result = x.mul(held);
        GC.KeepAlive(held);
        return result;
    }

    /// <summary>Returns x with rows of length 1: x / max(‖x‖₂, 1e-12) along the last axis.</summary>
    public static Tensor Normalize(Tensor x) => nn.functional.normalize(x, p: 2.0, dim: -1, eps: 1e-12);
}
