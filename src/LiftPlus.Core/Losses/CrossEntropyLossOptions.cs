using LiftPlus.Losses;

namespace LiftPlus;

/// <summary>Represents plain cross-entropy, CE(z, y) = -log softmax(z)_y, a baseline that ignores class counts.</summary>
public sealed record CrossEntropyLossOptions : LossOptions
{
    /// <inheritdoc/>
    public override string Type => "cross-entropy";

    /// <inheritdoc/>
    public override LongTailLoss CreateLoss(LossContext context) => new CrossEntropyLoss();
}
