using LiftPlus.Adapters;

namespace LiftPlus;

/// <summary>
/// Represents full or partial fine-tuning: trains all parameters of the selected blocks. On long-tailed data this distorts the features of
/// the tail classes (arXiv 2309.10019); use it for comparison.
/// </summary>
public sealed record FullFineTuningOptions : UnfreezingOptions
{
    /// <inheritdoc/>
    public override string Type => "full";

    /// <summary>
    /// Gets whether the BatchNorms of a ResNet use the statistics of each batch in training and update the running ones; those of the
    /// frozen stem never do. Other backbones have none.
    /// </summary>
    /// <value>The default value is false: all keep the statistics of the backbone.</value>
    public bool UpdateStatistics { get; init; }

    /// <inheritdoc/>
    protected override bool Trains(string name) => true;

    /// <inheritdoc/>
    private protected override bool TrainsStatistics => UpdateStatistics;
}
