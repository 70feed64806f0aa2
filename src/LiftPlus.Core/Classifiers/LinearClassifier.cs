using LiftPlus.Classifiers;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>A plain linear head: <see cref="LinearClassifier"/>.</summary>
public sealed record LinearClassifierOptions : ClassifierOptions
{
    /// <inheritdoc/>
    public override string Type => "linear";

    /// <summary>Whether a bias per class is added. It starts at 0.</summary>
    /// <value>The default value is true.</value>
    public bool Bias { get; init; } = true;

    /// <inheritdoc/>
    public override Classifier CreateClassifier(ClassifierContext context) => new LinearClassifier(context, Bias);
}

/// <summary>z = x Wᵀ + b. On long-tailed data the rows of frequent classes grow longer and win (arXiv 1910.09217).</summary>
public sealed class LinearClassifier : WeightedClassifier
{
    internal LinearClassifier(ClassifierContext context, bool hasBias)
        : base(nameof(LinearClassifier), context, hasBias) { }

    /// <inheritdoc/>
    public override Tensor forward(Tensor features) // (B, D)
    {
        using DisposeScope scope = NewDisposeScope();
        return nn.functional.linear(features.to(weight.dtype), weight, bias).MoveToOuterDisposeScope(); // (B, C)
    }
}
