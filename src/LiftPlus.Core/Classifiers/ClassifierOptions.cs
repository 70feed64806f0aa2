using LiftPlus.Classifiers;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>Where a classifier's first weights come from.</summary>
public enum ClassifierInitialization
{
    /// <summary>Semantic where the backbone has a text tower, else class mean: the method's own choice.</summary>
    Auto,

    /// <summary>Text embeddings of the class names.</summary>
    Semantic,

    /// <summary>Mean training feature of each class, normalised.</summary>
    ClassMean,

    /// <summary>Class-balanced logistic regression on training features.</summary>
    LinearProbe,

    /// <summary>Random directions.</summary>
    None,
}

/// <summary>What a classifier is created for.</summary>
/// <param name="FeatureWidth">Width D of the features.</param>
/// <param name="ClassCount">Number of classes C.</param>
/// <param name="Random">Where random directions are drawn from.</param>
public sealed record ClassifierContext(long FeatureWidth, int ClassCount, Generator Random)
{
    /// <summary>The backbone, for a head that tells classes apart by their texts; null where there is none.</summary>
    public Backbone? Backbone { get; init; }

    /// <summary>For each class, in label order, its texts, one or more; empty where classes have none.</summary>
    public IReadOnlyList<IReadOnlyList<string>> ClassTexts { get; init; } = [];
}

/// <summary>A head and its settings; the built-in heads and your own derive from it alike.</summary>
public abstract record ClassifierOptions
{
    /// <summary>The head's short name, its key in json, such as <c>"cosine"</c>.</summary>
    public abstract string Type { get; }

    /// <summary>What is wrong with these settings by themselves; nothing when they are sound.</summary>
    public virtual IEnumerable<string> Validate() => [];

    /// <summary>Whether the head has weights for an initialisation to fill; without, <see cref="ClassifierInitialization"/> has no meaning.</summary>
    public virtual bool HasWeight => true;

    /// <summary>Creates the head with random class directions.</summary>
    public abstract Classifier CreateClassifier(ClassifierContext context);
}
