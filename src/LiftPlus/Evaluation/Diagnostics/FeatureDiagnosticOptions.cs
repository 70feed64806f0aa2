using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>Specifies how many images and classes a <see cref="FeatureDiagnostic"/> uses.</summary>
public sealed record FeatureDiagnosticOptions
{
    /// <summary>
    /// Gets the maximum number of training images, and of test images, per class; larger classes are sampled. Training features are kept in
    /// memory, 4·D bytes each.
    /// </summary>
    /// <value>The default value is 100, as for class-mean initialisation.</value>
    [Range(2, 10_000)]
    public int ImagesPerClass { get; init; } = 100;

    /// <summary>
    /// Gets whether a training image is compared with the mean of the other images of its class. Otherwise the mean contains the image
    /// itself, so that with any features small classes have smaller distances than large ones.
    /// </summary>
    /// <value>The default value is true.</value>
    public bool LeaveOneOut { get; init; } = true;

    /// <summary>
    /// Gets the maximum number of classes in the similarity matrix; of more classes, some are chosen at equal steps of rank.
    /// </summary>
    /// <value>The default value is 200: 160 KB.</value>
    [Range(2, 2000)]
    public int SimilarityClasses { get; init; } = 200;

    /// <summary>Gets the seed of the sampling.</summary>
    /// <value>The default value is 0.</value>
    public int Seed { get; init; }
}
