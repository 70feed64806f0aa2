using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>
/// Computes test-time ensembles (arXiv 2309.10019): the logits of an image are the mean over its views, such as the four corners and the
/// centre.
/// </summary>
public static class TestTimeEnsemble
{
    /// <summary>Returns the logits (B, C) of images (B, 3, R, R), or the mean over the views of images (B, V, 3, R, R).</summary>
    /// <param name="images">The images, or V views of each.</param>
    /// <param name="classify">Maps (M, 3, R, R) to (M, C). It is called once, with all M = B·V images.</param>
    public static Tensor Logits(Tensor images, Func<Tensor, Tensor> classify)
    {
        using DisposeScope scope = NewDisposeScope();
        return Mean(classify(Flatten(images)), images).MoveToOuterDisposeScope();
    }

    /// <summary>Returns images (B, 3, R, R) unchanged, and views (B, V, 3, R, R) as (B·V, 3, R, R).</summary>
    public static Tensor Flatten(Tensor images) => images.dim() == 5 ? images.flatten(0, 1) : images;

    /// <summary>Returns the mean over each image's views, (B, K), of values computed from flattened images, (B·V, K).</summary>
    /// <param name="values">The logits or features of the flattened images.</param>
    /// <param name="images">The images before <see cref="Flatten"/>.</param>
    public static Tensor Mean(Tensor values, Tensor images) =>
        images.dim() == 5 ? values.view(images.shape[0], images.shape[1], -1).mean([1]) : values;
}
