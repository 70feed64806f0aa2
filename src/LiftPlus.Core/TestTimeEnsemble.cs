using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>Test-time ensembling (arXiv 2309.10019): the logits of an image are the mean over its views, the four corners and the centre.</summary>
public static class TestTimeEnsemble
{
    /// <summary>Logits (B, C) of images (B, 3, R, R), or of (B, V, 3, R, R) with V views of each: the mean of the views' logits.</summary>
    /// <param name="images">The images, all views at once.</param>
    /// <param name="classify">(M, 3, R, R) to (M, C); it sees M = B·V images in one call.</param>
    public static Tensor Logits(Tensor images, Func<Tensor, Tensor> classify)
    {
        using DisposeScope scope = NewDisposeScope();
        return Mean(classify(Flatten(images)), images).MoveToOuterDisposeScope();
    }

    /// <summary>Images (B, 3, R, R) as they are, or the views (B, V, 3, R, R) one after the other, (B·V, 3, R, R).</summary>
    public static Tensor Flatten(Tensor images) => images.dim() == 5 ? images.flatten(0, 1) : images;

    /// <summary>What was computed of flattened images, (B·V, K), as the mean over each image's views, (B, K).</summary>
    /// <param name="values">Logits or features of the flattened images.</param>
    /// <param name="images">The images before <see cref="Flatten"/>.</param>
    public static Tensor Mean(Tensor values, Tensor images) =>
        images.dim() == 5 ? values.view(images.shape[0], images.shape[1], -1).mean([1]) : values;
}
