using LiftPlus.Adapters;
using LiftPlus.Layers;
using LiftPlus.Peft;

namespace LiftPlus;

/// <summary>
/// Represents BatchNorm tuning for ResNets: trains the weight and bias of the normalisations in the selected residual blocks. During
/// training, these normalisations use the statistics of each batch and update the running statistics; those of the frozen stem do not.
/// </summary>
public sealed record BatchNormTuningOptions : UnfreezingOptions
{
    /// <inheritdoc/>
    public override string Type => "batchnorm";

    /// <inheritdoc/>
    protected override string Instead => "transformers have no BatchNorm; use 'layernorm'.";

    /// <inheritdoc/>
    protected override bool Trains(string name) =>
        name.StartsWith("bn", StringComparison.Ordinal) || name.StartsWith("downsample.1.", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override void Apply(PeftContext context)
    {
        base.Apply(context);
        foreach (ResidualBlock block in Chosen(context).OfType<ResidualBlock>())
            block.TrainStatistics();
    }
}
