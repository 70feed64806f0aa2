using LiftPlus.Adapters;

namespace LiftPlus;

/// <summary>
/// BitFit (arXiv 2106.10199): every bias of the listed blocks is trained, of attention, MLP and normalisation alike. On a ResNet: those of
/// the normalisations.
/// </summary>
public sealed record BitFitOptions : UnfreezingOptions
{
    /// <inheritdoc/>
    public override string Type => "bitfit";

    /// <inheritdoc/>
    protected override bool Trains(string name) => name.EndsWith("bias", StringComparison.Ordinal);
}
