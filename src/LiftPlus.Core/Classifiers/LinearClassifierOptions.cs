using LiftPlus.Classifiers;

namespace LiftPlus;

/// <summary>
/// Represents the settings of a linear classifier: z = x · Wᵀ + b. On long-tailed data the weights of frequent classes grow longer, which
/// favours these classes (arXiv 1910.09217).
/// </summary>
public sealed record LinearClassifierOptions : ClassifierOptions
{
    /// <inheritdoc/>
    public override string Type => "linear";

    /// <summary>Gets whether to add a bias b per class. It starts at 0.</summary>
    /// <value>The default value is true.</value>
    public bool Bias { get; init; } = true;

    /// <inheritdoc/>
    public override Classifier CreateClassifier(ClassifierContext context) => new LinearClassifier(context, Bias);
}
