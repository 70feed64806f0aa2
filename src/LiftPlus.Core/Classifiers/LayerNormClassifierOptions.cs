using LiftPlus.Classifiers;

namespace LiftPlus;

/// <summary>
/// Represents the settings of a classifier on standardised features: z = LN(x) · unit(W)ᵀ + b, with a LayerNorm (arXiv 1607.06450) without
/// parameters. LN(x) has length √D, so the logits lie in [-√D, √D].
/// </summary>
public sealed record LayerNormClassifierOptions : ClassifierOptions
{
    /// <inheritdoc/>
    public override string Type => "layernorm";

    /// <summary>Gets whether to add a bias b per class. It starts at 0.</summary>
    /// <value>The default value is false, as in the paper: a bias would favour frequent classes.</value>
    public bool Bias { get; init; }

    /// <inheritdoc/>
    public override Classifier CreateClassifier(ClassifierContext context) => new LayerNormClassifier(context, Bias);
}
