using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>A head on standardised features: <see cref="LayerNormClassifier"/>.</summary>
public sealed record LayerNormClassifierOptions : ClassifierOptions
{
    /// <inheritdoc/>
    public override string Type => "layernorm";

    /// <inheritdoc/>
    public override Classifier CreateClassifier(ClassifierContext context) => new LayerNormClassifier(context);
}

/// <summary>z = LN(x) unit(W)ᵀ, with a LayerNorm (arXiv 1607.06450) that has no parameters. Logits reach √D, a natural scale of its own.</summary>
public sealed class LayerNormClassifier : Classifier
{
    private const double Epsilon = 1e-12; // the reference's: features are standardised however small their spread is
    internal readonly Parameter weight; // (C, D)

    internal LayerNormClassifier(ClassifierContext context) : base(nameof(LayerNormClassifier))
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
        Tensor x = nn.functional.layer_norm(features.to(weight.dtype), [weight.shape[1]], eps: Epsilon);
        return nn.functional.linear(x, TensorMath.Normalize(weight)).MoveToOuterDisposeScope(); // (B, C)
    }
}
