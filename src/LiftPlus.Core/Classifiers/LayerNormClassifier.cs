using LiftPlus.Classifiers;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>A head on standardised features: <see cref="LayerNormClassifier"/>.</summary>
public sealed record LayerNormClassifierOptions : ClassifierOptions
{
    /// <inheritdoc/>
    public override string Type => "layernorm";

    /// <summary>Whether a bias per class is added. It starts at 0.</summary>
    /// <value>The default value is false, as in the paper: frequent classes would win by it.</value>
    public bool Bias { get; init; }

    /// <inheritdoc/>
    public override Classifier CreateClassifier(ClassifierContext context) => new LayerNormClassifier(context, Bias);
}

/// <summary>z = LN(x) unit(W)ᵀ, and b if asked for, with a LayerNorm (arXiv 1607.06450) that has no parameters. Logits reach √D, a natural scale of its own.</summary>
public sealed class LayerNormClassifier : WeightedClassifier
{
    private const double Epsilon = 1e-12; // the reference's: features are standardised however small their spread is

    internal LayerNormClassifier(ClassifierContext context, bool hasBias)
        : base(nameof(LayerNormClassifier), context, hasBias) { }

    /// <inheritdoc/>
    public override Tensor forward(Tensor features) // (B, D)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = nn.functional.layer_norm(features.to(weight.dtype), [weight.shape[1]], eps: Epsilon);
        return nn.functional.linear(x, TensorMath.Normalize(weight), bias).MoveToOuterDisposeScope(); // (B, C)
    }
}
