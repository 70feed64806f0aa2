using LiftPlus.Classifiers;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>The method's head (arXiv 2309.10019, 2504.13282): s times the cosine between a feature and each class direction.</summary>
public sealed record CosineClassifierOptions : ClassifierOptions
{
    /// <inheritdoc/>
    public override string Type => "cosine";

    /// <summary>
    /// The factor s, positive. Cosines lie in [-1, 1], so s is how sharp the softmax can get: too small cannot tell many classes apart.
    /// </summary>
    /// <value>The default value is 25, the paper's.</value>
    public double Scale { get; init; } = 25;

    /// <summary>Whether a bias per class is added. It starts at 0.</summary>
    /// <value>The default value is false, as in the paper: frequent classes would win by it.</value>
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

/// <summary>
/// z = s · unit(x) · unit(W)ᵀ, and b if asked for (arXiv 1804.09458). A zero row of x or W gives zero logits.
/// </summary>
public sealed class CosineClassifier : WeightedClassifier
{
    private readonly Scalar _scale;

    internal CosineClassifier(ClassifierContext context, double scale, bool hasBias)
        : base(nameof(CosineClassifier), context, hasBias)
    {
        LogitScale = scale;
        _scale = TensorMath.Hold(scale);
    }

    /// <inheritdoc/>
    public override double LogitScale { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor features) // (B, D)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = TensorMath.Normalize(features.to(weight.dtype));
        Tensor logits = nn.functional.linear(x, TensorMath.Normalize(weight)).mul(_scale); // (B, C)
        return (bias is null ? logits : TensorMath.Add(logits, bias)).MoveToOuterDisposeScope();
    }
}
