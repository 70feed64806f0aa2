using LiftPlus.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>
/// Stochastic gradient descent with momentum, the method's optimizer: d = g + λp; v = d at first, then μv + d; p -= η v (Nesterov:
/// p -= η (d + μv)). No dampening.
/// </summary>
public sealed record SgdOptions : OptimizerOptions
{
    /// <inheritdoc/>
    public override string Type => "sgd";

    /// <summary>μ in [0, 1).</summary>
    /// <value>The default value is 0.9.</value>
    public double Momentum { get; init; } = 0.9;

    /// <summary>λ, 0 or more, on every trained parameter: biases, norms and scales too.</summary>
    /// <value>The default value is 5e-4, the paper's.</value>
    public double WeightDecay { get; init; } = 5e-4;

    /// <summary>Whether to look ahead by the momentum; it needs <see cref="Momentum"/> above 0.</summary>
    /// <value>The default value is false.</value>
    public bool Nesterov { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (!(Momentum is >= 0 and < 1))
            yield return $"SGD's Momentum is {Momentum}; give a number from 0 up to but not including 1, such as the default 0.9.";
        if (!(WeightDecay >= 0 && double.IsFinite(WeightDecay)))
            yield return $"SGD's WeightDecay is {WeightDecay}; give 0 or a positive number, such as the default 5e-4.";
        if (Nesterov && Momentum == 0)
            yield return "SGD's Nesterov is on while Momentum is 0; give a momentum, such as 0.9, or turn it off.";
    }

    /// <inheritdoc/>
    public override Optimizer CreateOptimizer(IEnumerable<OptimizedParameter> parameters) => new Sgd(this, parameters);
}

internal sealed class Sgd(SgdOptions options, IEnumerable<OptimizedParameter> parameters) : Optimizer(parameters)
{
    private const string Momentum = "momentum";

    protected override void Update(Slot slot, Tensor gradient, double learningRate)
    {
        Parameter p = slot.Target.Parameter;
        double decay = options.WeightDecay * slot.Target.WeightDecayFactor;
        Tensor d = decay == 0 ? gradient : gradient.add(p, Held(decay));
        if (options.Momentum > 0)
        {
            Tensor v = slot.State.TryGetValue(Momentum, out Tensor? kept)
                ? kept.mul_(Held(options.Momentum)).add_(d, TensorMath.One)
                : slot.Keep(Momentum, empty_like(p).copy_(d));
            d = options.Nesterov ? d.add(v, Held(options.Momentum)) : v;
        }

        p.add_(d, Held(-learningRate));
    }

    protected override Tensor? NewEntry(OptimizedParameter target, string entry) =>
        entry == Momentum && options.Momentum > 0 ? zeros_like(target.Parameter) : null;
}
