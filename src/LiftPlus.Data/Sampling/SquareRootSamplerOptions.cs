using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Draws classes in proportion to the square root of their counts (<see cref="SquareRootSampler"/>).</summary>
public sealed record SquareRootSamplerOptions : SamplerOptions
{
    /// <inheritdoc/>
    public override string Type => "square-root";

    /// <inheritdoc/>
    public override Sampler CreateSampler() => new SquareRootSampler();
}
