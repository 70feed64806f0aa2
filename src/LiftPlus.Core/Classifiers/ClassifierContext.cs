using System.Collections.Immutable;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>Provides what <see cref="ClassifierOptions.CreateClassifier"/> needs to know about the model and its classes.</summary>
/// <param name="FeatureWidth">The width D of the features.</param>
/// <param name="ClassCount">The number of classes C.</param>
/// <param name="Random">The generator of random initial values.</param>
public sealed record ClassifierContext(long FeatureWidth, int ClassCount, Generator Random)
{
    /// <summary>Gets the backbone, for classifiers that compare images with texts; null if there is none.</summary>
    public Backbone? Backbone { get; init; }

    /// <summary>Gets the texts of each class in label order, one or more per class; empty if classes have no texts.</summary>
    public IReadOnlyList<IReadOnlyList<string>> ClassTexts { get; init; } = [];

    /// <summary>Gets the number of weight rows of each class; empty for one row each.</summary>
    internal ImmutableArray<int> RowCounts { get; init; } = [];

    /// <summary>Gets the names of the classes in label order, for messages; null if they are not known.</summary>
    internal IReadOnlyList<string>? ClassNames { get; init; }
}
