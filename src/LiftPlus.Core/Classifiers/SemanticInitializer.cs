using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>Class directions from the text embeddings of class names (arXiv 2309.10019): what CLIP knows of a class before any image of it.</summary>
public static class SemanticInitializer
{
    /// <summary>
    /// unit(T · text projection), (C, E); where the image tower has a projection P (D, E), unit(that · Pᵀ), (C, D): the direction in feature
    /// space whose inner product with a feature is the one that CLIP would see in the joint space.
    /// </summary>
    /// <param name="textFeatures">Text features T (C, W) before their projection, one row per class.</param>
    /// <param name="textProjection">(W, E).</param>
    /// <param name="imageProjection">P (D, E); null where image features are in the joint space already.</param>
    public static Tensor Directions(Tensor textFeatures, Tensor textProjection, Tensor? imageProjection)
    {
        using IDisposable noGrad = no_grad();
        using Tensor embeddings = textFeatures.to(float32).mm(textProjection.to(float32)); // (C, E)
        return Directions(embeddings, imageProjection);
    }

    /// <summary>The same from embeddings in the joint space (C, E).</summary>
    public static Tensor Directions(Tensor textEmbeddings, Tensor? imageProjection)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor directions = TensorMath.Normalize(textEmbeddings.to(float32)); // (C, E)
        if (imageProjection is not null)
            directions = TensorMath.Normalize(directions.mm(imageProjection.to(float32).t())); // (C, D)
        return directions.MoveToOuterDisposeScope();
    }

    /// <summary>The same with a backbone's projections.</summary>
    /// <exception cref="LiftPlusException">The backbone has no text tower.</exception>
    public static Tensor Directions(Backbone backbone, Tensor textFeatures)
    {
        backbone.RequireText();
        return Directions(textFeatures, backbone.TextProjection!, backbone.ImageProjection);
    }
}
