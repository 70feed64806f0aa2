using LiftPlus.Adapters;

namespace LiftPlus;

/// <summary>
/// Represents BitFit (arXiv 2106.10199): trains all biases of the selected blocks, in attention, MLP and normalisations; in a ResNet, those
/// of the normalisations.
/// </summary>
public sealed record BitFitOptions : UnfreezingOptions
{
    /// <inheritdoc/>
    public override string Type => "bitfit";

    /// <inheritdoc/>
    protected override bool Trains(string name) => name.EndsWith("bias", StringComparison.Ordinal);
}
