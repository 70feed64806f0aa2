namespace LiftPlus;

/// <summary>Specifies how the class weights of a classifier are initialised.</summary>
public enum ClassifierInitialization
{
    /// <summary>
    /// Uses <see cref="Semantic"/> if the backbone has a text tower with its vocabulary, and <see cref="ClassMean"/> otherwise, as LIFT+
    /// does. A text tower without its vocabulary is logged as a warning.
    /// </summary>
    Auto,

    /// <summary>Uses the text features of the class names.</summary>
    Semantic,

    /// <summary>Uses the normalised mean of each class's training features.</summary>
    ClassMean,

    /// <summary>Uses the weights of a class-balanced logistic regression on the training features.</summary>
    LinearProbe,

    /// <summary>Uses random directions.</summary>
    None,
}
