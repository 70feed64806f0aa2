using static TorchSharp.torch;

namespace LiftPlus.Losses;

/// <summary>Computes a training loss, a scalar, from logits (B, C) and int64 labels (B).</summary>
public abstract class LongTailLoss : nn.Module<Tensor, Tensor, Tensor>
{
    /// <summary>Initialises the module.</summary>
    protected LongTailLoss(string name)
        : base(LibTorch.Loaded(name)) { }

    /// <summary>Returns the mean loss of the batch, a scalar.</summary>
    public abstract override Tensor forward(Tensor logits, Tensor labels);

    /// <summary>Returns the mean loss of a batch of training images, for losses that know something about each of them.</summary>
    /// <param name="logits">The logits (B, C).</param>
    /// <param name="labels">The labels, int64 (B).</param>
    /// <param name="places">The position of each image in the training set.</param>
    internal virtual Tensor OfImages(Tensor logits, Tensor labels, IReadOnlyList<int> places) => forward(logits, labels);
}
