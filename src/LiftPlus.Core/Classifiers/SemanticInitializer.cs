using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>
/// Computes class directions from the text features of the class names (arXiv 2309.10019), which hold what CLIP knows about a class before
/// it has seen an image of it.
/// </summary>
internal static class SemanticInitializer
{
    /// <summary>
    /// Returns unit(T · text projection), (C, E). If the image tower has a projection P (D, E), returns unit(that · Pᵀ), (C, D): the
    /// directions in feature space whose inner products with a feature are those that CLIP computes in the joint space.
    /// </summary>
    /// <param name="textFeatures">The text features T (C, W) before their projection, one row per class.</param>
    /// <param name="textProjection">The text projection (W, E).</param>
    /// <param name="imageProjection">The image projection P (D, E); null if image features already lie in the joint space.</param>
    public static Tensor Directions(Tensor textFeatures, Tensor textProjection, Tensor? imageProjection)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor projected = textFeatures.to(float32).mm(textProjection.to(float32)); // (C, E)
        return Directions(projected, imageProjection).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the directions of projected text features (C, E).</summary>
    public static Tensor Directions(Tensor projectedText, Tensor? imageProjection)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor directions = TensorMath.Normalize(projectedText.to(float32)); // (C, E)
        if (imageProjection is not null)
            directions = TensorMath.Normalize(directions.mm(imageProjection.to(float32).t())); // (C, D)
        return directions.MoveToOuterDisposeScope();
    }

    /// <summary>Returns the directions of text features (C, W), with the projections of a backbone.</summary>
    /// <exception cref="LiftPlusException">The backbone has no text tower.</exception>
    public static Tensor Directions(Backbone backbone, Tensor textFeatures)
    {
        backbone.RequireText();
        return Directions(textFeatures, backbone.TextProjection!, backbone.LinearProjection());
    }
}
