using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>Test-time ensembling (arXiv 2309.10019): the logits of a picture are the mean over its views, the four corners and the centre.</summary>
public static class TestTimeEnsemble
{
    /// <summary>Logits (B, C) of pictures (B, 3, R, R), or of (B, V, 3, R, R) with V views of each: the mean of the views' logits.</summary>
    /// <param name="images">The pictures, all views at once.</param>
    /// <param name="classify">(M, 3, R, R) to (M, C); it sees M = B·V pictures in one call.</param>
    public static Tensor Logits(Tensor images, Func<Tensor, Tensor> classify)
    {
        if (images.dim() == 4)
            return classify(images);
        using DisposeScope scope = NewDisposeScope();
        (long B, long V) = (images.shape[0], images.shape[1]);
        return classify(images.flatten(0, 1)).view(B, V, -1).mean([1]).MoveToOuterDisposeScope();
    }
}
