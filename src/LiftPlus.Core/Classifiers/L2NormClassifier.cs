using LiftPlus.Classifiers;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>A head whose class weights have length 1, its features their own: <see cref="L2NormClassifier"/>.</summary>
public sealed record L2NormClassifierOptions : ClassifierOptions
{
    /// <inheritdoc/>
    public override string Type => "l2norm";

    /// <summary>Whether a bias per class is added. It starts at 0.</summary>
    /// <value>The default value is false, as in the paper: frequent classes would win by it.</value>
    public bool Bias { get; init; }

    /// <inheritdoc/>
    public override Classifier CreateClassifier(ClassifierContext context) => new L2NormClassifier(context, Bias);
}

/// <summary>z = x unit(W)ᵀ, and b if asked for: no class wins by the length of its weight (arXiv 1910.09217 with exponent 1).</summary>
public sealed class L2NormClassifier : WeightedClassifier
{
    internal L2NormClassifier(ClassifierContext context, bool hasBias)
        : base(nameof(L2NormClassifier), context, hasBias) { }

    /// <inheritdoc/>
    public override Tensor forward(Tensor features) // (B, D)
    {
        using DisposeScope scope = NewDisposeScope();
        return nn.functional.linear(features.to(weight.dtype), TensorMath.Normalize(weight), bias).MoveToOuterDisposeScope(); // (B, C)
    }
}
