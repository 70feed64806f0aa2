using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>z = x · unit(W)ᵀ + b.</summary>
internal sealed class L2NormClassifier(ClassifierContext context, bool hasBias)
    : WeightedClassifier(nameof(L2NormClassifier), context, hasBias)
{
    private protected override Tensor RowLogits(Tensor x) => Multiply(x, TensorMath.Normalize(weight), bias);
}
