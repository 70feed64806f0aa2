using LiftPlus.Classifiers;
using LiftPlus.Lifetimes;

namespace LiftPlus.Models;

/// <summary>
/// Represents the classes of a model with the classifier that computes their logits. A change of the classes replaces it as a whole, so
/// that a call that took it once sees one set of classes. The classifier is freed when the last such call is done.
/// </summary>
internal sealed class ModelHead : IDisposable
{
    private readonly Lifetime _lifetime;

    public ModelHead(ClassDistribution classes, Classifier classifier, FineTuningRecipe recipe)
    {
        (Classes, Classifier, Recipe) = (classes, classifier, recipe);
        _lifetime = new Lifetime(this, classifier.Dispose);
    }

    public ClassDistribution Classes { get; }

    public Classifier Classifier { get; }

    /// <summary>Gets the recipe, which has the descriptions of these classes.</summary>
    public FineTuningRecipe Recipe { get; }

    /// <summary>Gets or sets the decisions on top of the scores; null for none.</summary>
    public PredictionPolicy? Policy { get; set; }

    /// <summary>Returns the number of rows of a class: 1, or more if it was merged of several.</summary>
    public int RowsOf(int label) => Classifier is WeightedClassifier weighted ? weighted.RowCounts[label] : 1;

    /// <summary>Refuses classes that were merged, for formats that have one row of weights for each class.</summary>
    /// <exception cref="LiftPlusException">A class was merged.</exception>
    public void RequireOneRowEach(string format)
    {
        string[] merged = [.. Classes.Names.Where((_, label) => RowsOf(label) > 1)];
        if (merged.Length > 0)
            throw new LiftPlusException(
                $"'{merged[0]}' was merged of several classes and has {RowsOf(Classes.Names.IndexOf(merged[0]))} rows of weights, and "
                    + $"{format} has one for each class. Save the model with {nameof(FineTunedModel)}.{nameof(FineTunedModel.Save)}, or "
                    + "train it with the merged classes."
            );
    }

    /// <summary>Keeps the memory of the classifier until the result is disposed.</summary>
    public IDisposable Enter() => _lifetime.Enter();

    public void Dispose() => _lifetime.Dispose();
}
