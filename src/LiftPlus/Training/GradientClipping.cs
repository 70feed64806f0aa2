using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>
/// Clips gradients by the global norm: g = g · limit / ‖g‖₂ if the norm over all parameters is above the limit (arXiv 1211.5063).
/// </summary>
internal static class GradientClipping
{
    /// <summary>Scales the gradients in place.</summary>
    /// <returns>The norm before clipping; not finite if a gradient is not, and then nothing is scaled.</returns>
    public static double Apply(IEnumerable<(string Name, Parameter Parameter)> parameters, double limit)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        double norm = Norm(parameters);
        if (double.IsFinite(norm) && norm > limit)
        {
            Scalar factor = TensorMath.Hold(limit / norm);
            foreach (Tensor gradient in Gradients(parameters))
                gradient.mul_(factor);
            GC.KeepAlive(factor);
        }

        return norm;
    }

    /// <summary>Returns ‖g‖₂ over all parameters.</summary>
    public static double Norm(IEnumerable<(string Name, Parameter Parameter)> parameters)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor[] squares = [.. Gradients(parameters).Select(gradient => gradient.to(float32).square().sum())];
        return squares.Length == 0 ? 0 : Math.Sqrt(stack(squares).sum().item<float>());
    }

    private static IEnumerable<Tensor> Gradients(IEnumerable<(string Name, Parameter Parameter)> parameters) =>
        parameters.Select(entry => entry.Parameter.grad).OfType<Tensor>();
}
