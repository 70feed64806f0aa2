using LiftPlus.Adapters;

namespace LiftPlus;

/// <summary>
/// Full or partial fine-tuning: every parameter of the listed blocks is trained. On long-tailed data this distorts the tail classes'
/// features (arXiv 2309.10019); it is here to compare with.
/// </summary>
public sealed record FullFineTuningOptions : UnfreezingOptions
{
    /// <inheritdoc/>
    public override string Type => "full";

    /// <inheritdoc/>
    protected override bool Trains(string name) => true;
}
