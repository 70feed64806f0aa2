using LiftPlus.Classifiers;

namespace LiftPlus;

/// <summary>
/// Represents the settings of a classifier whose class weights are normalised and whose features are not: z = x · unit(W)ᵀ + b, so that
/// no class wins by the length of its weights (arXiv 1910.09217 with exponent 1).
/// </summary>
public sealed record L2NormClassifierOptions : ClassifierOptions
{
    /// <inheritdoc/>
    public override string Type => "l2norm";

    /// <summary>Gets whether to add a bias b per class. It starts at 0.</summary>
    /// <value>The default value is false, as in the paper: a bias would favour frequent classes.</value>
    public bool Bias { get; init; }

    /// <inheritdoc/>
    public override Classifier CreateClassifier(ClassifierContext context) => new L2NormClassifier(context, Bias);
}
