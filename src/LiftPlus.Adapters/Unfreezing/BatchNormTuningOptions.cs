using LiftPlus.Adapters;
using LiftPlus.Layers;
using LiftPlus.Peft;

namespace LiftPlus;

/// <summary>
/// BatchNorm tuning for ResNets: weight and bias of the normalisations of the listed residual blocks are trained. In training these use
/// each batch's own statistics and update the running ones, which the frozen stem does not.
/// </summary>
public sealed record BatchNormTuningOptions : UnfreezingOptions
{
    /// <inheritdoc/>
    public override string Type => "batchnorm";

    /// <inheritdoc/>
    protected override string Instead => "a transformer has no BatchNorm: use 'layernorm'.";

    /// <inheritdoc/>
    protected override bool Trains(string name) =>
        name.StartsWith("bn", StringComparison.Ordinal) || name.StartsWith("downsample.1.", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override void Apply(PeftContext context)
    {
        base.Apply(context);
        foreach (ResidualBottleneck block in Chosen(context).OfType<ResidualBottleneck>())
            block.TrainStatistics();
    }
}
