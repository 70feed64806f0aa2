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

    /// <inheritdoc/>
    protected override bool Trains(string name) => true;
}
