using static TorchSharp.torch;

namespace LiftPlus.Losses;

/// <summary>CE(z, y).</summary>
internal sealed class CrossEntropyLoss() : LongTailLoss(nameof(CrossEntropyLoss))
{
    public override Tensor forward(Tensor logits, Tensor labels) => nn.functional.cross_entropy(logits, labels);
}
