using LiftPlus.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>
/// Adam with decoupled weight decay (arXiv 1711.05101): p -= ηλp; m = β₁m + (1-β₁)g; v = β₂v + (1-β₂)g²;
/// p -= η m̂ / (√v̂ + ε), with m̂ = m / (1-β₁ᵗ), v̂ = v / (1-β₂ᵗ).
/// </summary>
public sealed record AdamWOptions : OptimizerOptions
{
    /// <inheritdoc/>
    public override string Type => "adamw";

    /// <summary>β₁ in [0, 1).</summary>
    /// <value>The default value is 0.9.</value>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂ in [0, 1). CLIP's pre-training uses 0.98.</summary>
    /// <value>The default value is 0.999.</value>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε, positive.</summary>
    /// <value>The default value is 1e-8.</value>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>λ, 0 or more; a parameter's own factor is applied to it.</summary>
    /// <value>The default value is 0.01.</value>
    public double WeightDecay { get; init; } = 0.01;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (!(Beta1 is >= 0 and < 1))
            yield return $"AdamW's Beta1 is {Beta1}; give a number from 0 up to but not including 1, such as the default 0.9.";
        if (!(Beta2 is >= 0 and < 1))
            yield return $"AdamW's Beta2 is {Beta2}; give a number from 0 up to but not including 1, such as the default 0.999.";
        if (!(Epsilon > 0 && double.IsFinite(Epsilon)))
            yield return $"AdamW's Epsilon is {Epsilon}; give a positive number, such as the default 1e-8.";
        if (!(WeightDecay >= 0 && double.IsFinite(WeightDecay)))
            yield return $"AdamW's WeightDecay is {WeightDecay}; give 0 or a positive number, such as the default 0.01.";
    }

    /// <inheritdoc/>
    public override Optimizer CreateOptimizer(IEnumerable<OptimizedParameter> parameters) => new AdamW(this, parameters);
}

internal sealed class AdamW(AdamWOptions options, IEnumerable<OptimizedParameter> parameters) : Optimizer(parameters)
{
    private const string Mean = "exp_avg",
        Square = "exp_avg_sq",
        Steps = "step";

    protected override void Update(Slot slot, Tensor gradient, double learningRate)
    {
        Parameter p = slot.Target.Parameter;
        (Tensor m, Tensor v) = (Entry(slot, Mean), Entry(slot, Square));
        long t = Entry(slot, Steps).add_(TensorMath.One, TensorMath.One).item<long>();
        double decay = options.WeightDecay * slot.Target.WeightDecayFactor;
        if (decay != 0)
            p.mul_(Held(1 - learningRate * decay));
        m.mul_(Held(options.Beta1)).add_(gradient, Held(1 - options.Beta1));
        v.mul_(Held(options.Beta2)).addcmul_(gradient, gradient, Held(1 - options.Beta2));
        Tensor denominator = v.sqrt().mul_(Held(1 / Math.Sqrt(1 - Math.Pow(options.Beta2, t)))).add_(Held(options.Epsilon), TensorMath.One);
        p.addcdiv_(m, denominator, Held(-learningRate / (1 - Math.Pow(options.Beta1, t))));
    }

    protected override Tensor? NewEntry(OptimizedParameter target, string entry) =>
        entry switch
        {
            Mean or Square => zeros_like(target.Parameter),
            Steps => zeros([], int64), // on the CPU wherever the parameter is: reading it must not wait for a device
            _ => null,
        };
}
