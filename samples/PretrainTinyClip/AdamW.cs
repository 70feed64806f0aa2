using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Samples.Pretraining;

/// <summary>AdamW (arXiv 1711.05101) with held Scalars. Matrices decay, vectors (biases, norms, the logit scale) do not.</summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.98, Epsilon = 1e-6;
    private static readonly Scalar s_beta1 = TensorMath.Hold(Beta1), s_beta2 = TensorMath.Hold(Beta2);
    private static readonly Scalar s_rest1 = TensorMath.Hold(1 - Beta1), s_rest2 = TensorMath.Hold(1 - Beta2), s_epsilon = TensorMath.Hold(Epsilon);
    private readonly (Parameter Parameter, Tensor Mean, Tensor Square)[] _state;
    private readonly double _weightDecay;
    private int _steps;

    public AdamW(IEnumerable<Parameter> parameters, double weightDecay)
    {
        _state = [.. parameters.Select(parameter => (parameter, zeros_like(parameter.detach()), zeros_like(parameter.detach())))];
        _weightDecay = weightDecay;
    }

    public void Step(double learningRate)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        _steps++;
        Scalar keep = TensorMath.Hold(1 - learningRate * _weightDecay);
        Scalar step = TensorMath.Hold(-learningRate / (1 - Math.Pow(Beta1, _steps)));
        Scalar correction = TensorMath.Hold(1 / Math.Sqrt(1 - Math.Pow(Beta2, _steps)));
        foreach ((Parameter parameter, Tensor mean, Tensor square) in _state)
        {
            if (parameter.grad is not Tensor gradient)
                continue;
            if (parameter.dim() >= 2)
                parameter.mul_(keep);
            mean.mul_(s_beta1).add_(gradient, s_rest1);
            square.mul_(s_beta2).addcmul_(gradient, gradient, s_rest2);
            parameter.addcdiv_(mean, square.sqrt().mul_(correction).add_(s_epsilon, TensorMath.One), step);
            gradient.zero_();
        }

        GC.KeepAlive((keep, step, correction));
    }

    public void Dispose()
    {
        foreach ((_, Tensor mean, Tensor square) in _state)
        {
            mean.Dispose();
            square.Dispose();
        }
    }
}
