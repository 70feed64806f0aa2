namespace LiftPlus;

/// <summary>Specifies the accuracy on the validation set by which the models of a run are compared.</summary>
public enum ValidationMetric
{
    /// <summary>The mean over classes: frequent and rare classes count alike.</summary>
    MeanClass,

    /// <summary>The accuracy over all images.</summary>
    Overall,

    /// <summary>
    /// The mean over the classes with fewer than 20 training images. The validation set must contain images of such classes.
    /// </summary>
    Few,
}
