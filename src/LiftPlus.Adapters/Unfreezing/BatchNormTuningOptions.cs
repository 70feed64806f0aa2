using LiftPlus.Adapters;

namespace LiftPlus;

/// <summary>
/// Represents BatchNorm tuning for ResNets: trains the weight and bias of the normalisations in the selected residual blocks.
/// </summary>
public sealed record BatchNormTuningOptions : UnfreezingOptions
{
    /// <inheritdoc/>
    public override string Type => "batchnorm";

    /// <summary>
    /// Gets whether these normalisations use the statistics of each batch in training and update the running ones; those of the frozen stem
    /// never do. With false, all keep the statistics of the backbone, which suits images like those that it was trained on.
    /// </summary>
    /// <value>The default value is true, as in the implementation of the paper.</value>
    public bool UpdateStatistics { get; init; } = true;

    /// <inheritdoc/>
    protected override string Instead => "transformers have no BatchNorm; use 'layernorm'.";

    /// <inheritdoc/>
    protected override bool Trains(string name) =>
        name.StartsWith("bn", StringComparison.Ordinal) || name.StartsWith("downsample.1.", StringComparison.Ordinal);

    /// <inheritdoc/>
    private protected override bool TrainsStatistics => UpdateStatistics;
}
