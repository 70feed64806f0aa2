namespace LiftPlus;

/// <summary>The accuracy on the validation set that models of one run are compared by.</summary>
public enum ValidationMetric
{
    /// <summary>The mean over classes: head and tail count alike.</summary>
    MeanClass,

    /// <summary>Over all images.</summary>
    Overall,

    /// <summary>The mean over the classes with fewer than 20 training images; the validation set must have images of some.</summary>
    Few,
}
