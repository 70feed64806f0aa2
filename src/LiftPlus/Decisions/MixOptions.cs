using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>Specifies how a model is adapted to the mix of unlabelled images (<see cref="FineTunedModel.AdaptTo"/>).</summary>
public sealed record MixOptions
{
    /// <summary>Gets how the mix is estimated.</summary>
    /// <value>The default value is <see cref="MixMethod.Pooled"/>.</value>
    public MixMethod Method { get; init; }

    /// <summary>
    /// Gets the largest p-value (<see cref="MixEstimate.PValue"/>) at which the model is adapted: its chance of adapting without a shift.
    /// </summary>
    /// <value>The default value is 0.01.</value>
    [Range(0.0, 1.0)]
    public double Significance { get; init; } = 0.01;

    /// <summary>Gets τ, how strongly the estimate changes predictions (<see cref="PredictionPolicy.PriorStrength"/>).</summary>
    /// <value>The default value is 1.</value>
    [Range(0.0, 10.0)]
    public double Strength { get; init; } = 1;
}
