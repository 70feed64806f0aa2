using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>A head whose class weights have length 1, its features their own: <see cref="L2NormClassifier"/>.</summary>
public sealed record L2NormClassifierOptions : ClassifierOptions
{
    /// <inheritdoc/>
    public override string Type => "l2norm";

    /// <inheritdoc/>
    public override Classifier CreateClassifier(ClassifierContext context) => new L2NormClassifier(context);
}

/// <summary>z = x unit(W)ᵀ: no class wins by the length of its weight (arXiv 1910.09217 with exponent 1).</summary>
public sealed class L2NormClassifier : Classifier
{
    internal readonly Parameter weight; // (C, D)

    internal L2NormClassifier(ClassifierContext context) : base(nameof(L2NormClassifier))
    {
        weight = new Parameter(RandomDirections.Create(context.ClassCount, context.FeatureWidth, context.Random));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Parameter Weight => weight;

    /// <inheritdoc/>
    public override Tensor forward(Tensor features) // (B, D)
    {
        using DisposeScope scope = NewDisposeScope();
        return nn.functional.linear(features.to(weight.dtype), TensorMath.Normalize(weight)).MoveToOuterDisposeScope(); // (B, C)
    }
}
