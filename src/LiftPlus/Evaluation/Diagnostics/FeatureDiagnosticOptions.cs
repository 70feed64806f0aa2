using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>How much a <see cref="FeatureDiagnostic"/> looks at.</summary>
public sealed record FeatureDiagnosticOptions
{
    /// <summary>Most training images of one class, and most test images; larger classes are drawn from. Training features are held, 4·D bytes each.</summary>
    /// <value>The default value is 100, as class means are taken for the head.</value>
    [Range(2, 10_000)]
    public int ImagesPerClass { get; init; } = 100;

    /// <summary>
    /// Whether a training image is measured against the mean of its class's other images. Otherwise it is a part of the mean it is measured against,
    /// which brings a class of five images nearer than one of a hundred with any features at all.
    /// </summary>
    /// <value>The default value is true.</value>
    public bool LeaveOneOut { get; init; } = true;

    /// <summary>Most classes in the similarity matrix; of more, some are taken at equal steps of rank.</summary>
    /// <value>The default value is 200: 160 KB.</value>
    [Range(2, 2000)]
    public int SimilarityClasses { get; init; } = 200;

    /// <summary>Seed of the draws.</summary>
    /// <value>The default value is 0.</value>
    public int Seed { get; init; }
}
