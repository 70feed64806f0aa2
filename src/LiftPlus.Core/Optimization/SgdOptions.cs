using LiftPlus.Optimization;

namespace LiftPlus;

/// <summary>
/// Represents the settings of stochastic gradient descent with momentum, the optimizer of LIFT+: d = g + λp; v = d in the first step, then
/// μv + d; p -= η v, or with Nesterov momentum p -= η (d + μv). Dampening is not applied.
/// </summary>
public sealed record SgdOptions : OptimizerOptions
{
    /// <inheritdoc/>
    public override string Type => "sgd";

    /// <summary>Gets the momentum μ, in [0, 1).</summary>
    /// <value>The default value is 0.9.</value>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Gets the weight decay λ, 0 or more. It applies to every trained parameter, including biases, norms and scales.</summary>
    /// <value>The default value is 5e-4, as in the paper.</value>
    public double WeightDecay { get; init; } = 5e-4;

    /// <summary>Gets whether to use Nesterov momentum, which needs <see cref="Momentum"/> above 0.</summary>
    /// <value>The default value is false.</value>
    public bool Nesterov { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (!(Momentum is >= 0 and < 1))
            yield return $"SGD's Momentum is {Momentum}; give a number from 0 up to 1 (exclusive), such as the default 0.9.";
        if (!(WeightDecay >= 0 && double.IsFinite(WeightDecay)))
            yield return $"SGD's WeightDecay is {WeightDecay}; give 0 or a positive number, such as the default 5e-4.";
        if (Nesterov && Momentum == 0)
            yield return "SGD's Nesterov is on while Momentum is 0; give a momentum, such as 0.9, or turn it off.";
    }

    /// <inheritdoc/>
    public override Optimizer CreateOptimizer(IEnumerable<OptimizedParameter> parameters) => new Sgd(this, parameters);
}
