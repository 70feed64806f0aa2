using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>
/// Provides what the built-in classifiers with weights share: one weight row per class, at first a random unit direction, and an optional
/// bias per class, at first 0.
/// </summary>
internal abstract class WeightedClassifier : Classifier
{
    private protected readonly Parameter weight; // (C, D)
    private protected readonly Parameter? bias; // (C)

    protected WeightedClassifier(string name, ClassifierContext context, bool hasBias)
        : base(name)
    {
        weight = new Parameter(RandomDirections.Create(context.ClassCount, context.FeatureWidth, context.Random));
        bias = hasBias ? new Parameter(zeros(context.ClassCount)) : null;
        RegisterComponents();
    }

    public override Parameter Weight => weight;
}
