using LiftPlus.Adapters;

namespace LiftPlus;

/// <summary>LayerNorm tuning: weight and bias of both normalisations of the listed blocks are trained.</summary>
public sealed record LayerNormTuningOptions : UnfreezingOptions
{
    /// <inheritdoc/>
    public override string Type => "layernorm";

    /// <inheritdoc/>
    protected override string Instead => "a ResNet has no LayerNorm in its blocks: use 'batchnorm'.";

    /// <inheritdoc/>
    protected override bool Trains(string name) => name.StartsWith("norm", StringComparison.Ordinal);
}
