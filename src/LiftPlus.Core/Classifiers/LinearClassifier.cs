using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>z = x · Wᵀ + b.</summary>
internal sealed class LinearClassifier(ClassifierContext context, bool hasBias)
    : WeightedClassifier(nameof(LinearClassifier), context, hasBias)
{
    public override Tensor forward(Tensor features) // (B, D)
    {
        using DisposeScope scope = NewDisposeScope();
        return nn.functional.linear(features.to(weight.dtype), weight, bias).MoveToOuterDisposeScope(); // (B, C)
    }
}
