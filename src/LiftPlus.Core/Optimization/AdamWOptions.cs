using LiftPlus.Optimization;

namespace LiftPlus;

/// <summary>
/// Represents the settings of AdamW, Adam with decoupled weight decay (arXiv 1711.05101): p -= ηλp; m = β₁m + (1-β₁)g;
/// v = β₂v + (1-β₂)g²; p -= η m̂ / (√v̂ + ε), with m̂ = m / (1-β₁ᵗ) and v̂ = v / (1-β₂ᵗ).
/// </summary>
public sealed record AdamWOptions : OptimizerOptions
{
    /// <inheritdoc/>
    public override string Type => "adamw";

    /// <summary>Gets β₁, the decay rate of the mean of the gradients, in [0, 1).</summary>
    /// <value>The default value is 0.9.</value>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Gets β₂, the decay rate of the mean of their squares, in [0, 1). CLIP's pre-training uses 0.98.</summary>
    /// <value>The default value is 0.999.</value>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Gets ε, a positive number.</summary>
    /// <value>The default value is 1e-8.</value>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Gets the weight decay λ, 0 or more. <see cref="OptimizedParameter.WeightDecayFactor"/> multiplies it.</summary>
    /// <value>The default value is 0.01.</value>
    public double WeightDecay { get; init; } = 0.01;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (!(Beta1 is >= 0 and < 1))
            yield return $"AdamW's Beta1 is {Beta1}; give a number from 0 up to 1 (exclusive), such as the default 0.9.";
        if (!(Beta2 is >= 0 and < 1))
            yield return $"AdamW's Beta2 is {Beta2}; give a number from 0 up to 1 (exclusive), such as the default 0.999.";
        if (!(Epsilon > 0 && double.IsFinite(Epsilon)))
            yield return $"AdamW's Epsilon is {Epsilon}; give a positive number, such as the default 1e-8.";
        if (!(WeightDecay >= 0 && double.IsFinite(WeightDecay)))
            yield return $"AdamW's WeightDecay is {WeightDecay}; give 0 or a positive number, such as the default 0.01.";
    }

    /// <inheritdoc/>
    public override Optimizer CreateOptimizer(IEnumerable<OptimizedParameter> parameters) => new AdamW(this, parameters);
}
