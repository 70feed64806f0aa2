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
        Tensor[] gradients = [.. parameters.Select(entry => entry.Parameter.grad).OfType<Tensor>()];
        if (gradients.Length == 0)
            return 0;
        double norm = Math.Sqrt(stack(gradients.Select(gradient => gradient.to(float32).square().sum())).sum().item<float>());
        if (double.IsFinite(norm) && norm > limit)
        {
            Scalar factor = TensorMath.Hold(limit / norm);
            foreach (Tensor gradient in gradients)
                gradient.mul_(factor);
            GC.KeepAlive(factor);
        }

        return norm;
    }
}
