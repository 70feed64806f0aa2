using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Draws every class equally often (<see cref="ClassBalancedSampler"/>).</summary>
public sealed record ClassBalancedSamplerOptions : SamplerOptions
{
    /// <inheritdoc/>
    public override string Type => "class-balanced";

    /// <inheritdoc/>
    public override Sampler CreateSampler() => new ClassBalancedSampler();
}
