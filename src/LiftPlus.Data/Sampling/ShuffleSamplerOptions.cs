using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Takes every image once in each epoch, shuffled (<see cref="ShuffleSampler"/>).</summary>
public sealed record ShuffleSamplerOptions : SamplerOptions
{
    /// <inheritdoc/>
    public override string Type => "shuffle";

    /// <inheritdoc/>
    public override Sampler CreateSampler() => new ShuffleSampler();
}
