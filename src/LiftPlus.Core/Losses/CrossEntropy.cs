using LiftPlus.Losses;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>Plain cross-entropy CE(z, y) = -log softmax(z)_y: the baseline that knows nothing of class counts.</summary>
public sealed record CrossEntropyLossOptions : LossOptions
{
    /// <inheritdoc/>
    public override string Type => "cross-entropy";

    /// <inheritdoc/>
    public override LongTailLoss CreateLoss(LossContext context) => new CrossEntropy();
}

/// <summary>CE(z, y).</summary>
public sealed class CrossEntropy : LongTailLoss
{
    internal CrossEntropy()
        : base(nameof(CrossEntropy)) { }

    /// <inheritdoc/>
    public override Tensor forward(Tensor logits, Tensor labels) => nn.functional.cross_entropy(logits, labels);
}
