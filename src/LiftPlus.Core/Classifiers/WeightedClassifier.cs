using TorchSharp.Modules;

namespace LiftPlus.Classifiers;

/// <summary>A built-in head with one weight row per class, random unit directions at first, and where asked for a bias per class, 0 at first.</summary>
public abstract class WeightedClassifier : Classifier
{
    internal readonly Parameter weight; // (C, D)
    internal readonly Parameter? bias; // (C)

    private protected WeightedClassifier(string name, ClassifierContext context, bool hasBias)
        : base(name)
    {
        weight = new Parameter(RandomDirections.Create(context.ClassCount, context.FeatureWidth, context.Random));
        bias = hasBias ? new Parameter(TorchSharp.torch.zeros(context.ClassCount)) : null;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Parameter Weight => weight;
}
