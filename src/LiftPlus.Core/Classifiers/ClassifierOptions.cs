using LiftPlus.Classifiers;

namespace LiftPlus;

/// <summary>Represents the settings of a classifier. Derive from it to add your own; the built-in classifiers do the same.</summary>
public abstract record ClassifierOptions : ComponentOptions
{
    /// <summary>
    /// Gets whether the classifier has class weights to initialise. If not, <see cref="ClassifierInitialization"/> has no effect.
    /// </summary>
    public virtual bool HasWeight => true;

    /// <summary>Creates the classifier with random class weights.</summary>
    public abstract Classifier CreateClassifier(ClassifierContext context);
}
