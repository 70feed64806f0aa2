using System.Collections.Immutable;
using LiftPlus.Backbones;
using LiftPlus.Classifiers;
using LiftPlus.Peft;
using LiftPlus.Weights;

namespace LiftPlus.Models;

/// <summary>Represents the trained values that a model starts from, and the backbone that they belong to.</summary>
internal sealed record SavedValues
{
    /// <summary>Gets where the backbone of a model folder may be; null where the caller's recipe names it.</summary>
    public SavedPlaces? Places { get; init; }

    /// <summary>Gets how the images of the training were prepared; null where the backbone's description decides.</summary>
    public PreprocessConfig? Preprocess { get; init; }

    /// <summary>
    /// Gets what throws for another backbone than the values were trained on, and returns what could not be compared. It is given the
    /// backbone and its identity before anything is attached.
    /// </summary>
    public Func<Backbone, BackboneIdentity, IEnumerable<string>>? CheckBackbone { get; init; }

    /// <summary>
    /// Gets the number of classes that automatic sizes of methods follow from; null for the number of the model's classes. It differs when
    /// a model was trained on, with other classes, after its methods were attached.
    /// </summary>
    public int? SizedFor { get; init; }

    /// <summary>Gets the number of the classifier's rows of each class; empty for one row each.</summary>
    public ImmutableArray<int> RowCounts { get; init; } = [];

    /// <summary>Gets the tensors, for methods that take sizes or places from them when they are attached.</summary>
    public WeightSource? Source { get; init; }

    /// <summary>Gets whether the tensors contain a classifier of the same classes.</summary>
    /// <value>The default value is true.</value>
    public bool HasClassifier { get; init; } = true;

    /// <summary>
    /// Gets what copies the values into the backbone and the classifier, and returns the methods that they belong to; null for a run that
    /// resumes, which copies them itself.
    /// </summary>
    public Func<Backbone, Classifier, IEnumerable<PeftOptions>>? Fill { get; init; }
}
