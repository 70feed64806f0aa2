using LiftPlus.Classifiers;

namespace LiftPlus;

/// <summary>
/// Represents the settings of the cosine classifier, the one of LIFT+ (arXiv 2309.10019, 2504.13282): the logits are the cosines between
/// a feature x and the class weights W, times s: z = s · unit(x) · unit(W)ᵀ + b (arXiv 1804.09458). A zero feature gives zero logits.
/// </summary>
public sealed record CosineClassifierOptions : ClassifierOptions
{
    /// <inheritdoc/>
    public override string Type => "cosine";

    /// <summary>
    /// Gets the factor s, a positive number. Cosines lie in [-1, 1], so s limits how confident the softmax can become: if it is too
    /// small, the model cannot separate many classes.
    /// </summary>
    /// <value>The default value is 25, as in the paper.</value>
    public double Scale { get; init; } = 25;

    /// <summary>Gets whether to add a bias b per class. It starts at 0.</summary>
    /// <value>The default value is false, as in the paper: a bias would favour frequent classes.</value>
    public bool Bias { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (!(Scale > 0 && double.IsFinite(Scale)))
            yield return $"The cosine classifier's Scale is {Scale}; give a positive number, such as the default 25.";
    }

    /// <inheritdoc/>
    public override Classifier CreateClassifier(ClassifierContext context) => new CosineClassifier(context, Scale, Bias);
}
