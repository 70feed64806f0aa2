using LiftPlus.Adapters;

namespace LiftPlus;

/// <summary>Represents LayerNorm tuning: trains the weight and bias of both normalisations in the selected blocks.</summary>
public sealed record LayerNormTuningOptions : UnfreezingOptions
{
    /// <inheritdoc/>
    public override string Type => "layernorm";

    /// <inheritdoc/>
    protected override string Instead => "ResNet blocks have no LayerNorm; use 'batchnorm'.";

    /// <inheritdoc/>
    protected override bool Trains(string name) => name.StartsWith("norm", StringComparison.Ordinal);
}
