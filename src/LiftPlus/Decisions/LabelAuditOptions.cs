using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>Specifies how labels are audited (<see cref="ImageClassifier.AuditLabels"/>).</summary>
public sealed record LabelAuditOptions
{
    /// <summary>Gets the number of parts of the images. Each part is predicted by a classifier that was made from the others.</summary>
    /// <value>The default value is 5.</value>
    [Range(2, 50)]
    public int Folds { get; init; } = 5;

    /// <summary>Gets the number of most similar images that vote for the class of an image.</summary>
    /// <value>The default value is 10.</value>
    [Range(1, 100)]
    public int Neighbors { get; init; } = 10;

    /// <summary>
    /// Gets the least cosine of the features of two images, taken from their mean, at which they can be near copies. Their coarse colours
    /// must agree as well.
    /// </summary>
    /// <value>The default value is 0.95. At 1 only images with the same pixels are copies.</value>
    [Range(0.5, 1.0)]
    public double CopySimilarity { get; init; } = 0.95;

    /// <summary>Gets the seed of the division into parts.</summary>
    public int Seed { get; init; }
}
