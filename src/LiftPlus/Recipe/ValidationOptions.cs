using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>Specifies which training images a run holds out for validation when it is given no validation set.</summary>
public sealed record ValidationOptions
{
    /// <summary>Gets the share of every class that is held out.</summary>
    /// <value>The default value is 0.1.</value>
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double Share { get; init; } = 0.1;

    /// <summary>
    /// Gets the least number of images that are held out of a class, so that the rare classes are validated too. A class always keeps one
    /// training image.
    /// </summary>
    /// <value>The default value is 1.</value>
    [Range(0, 1_000_000)]
    public int MinimumPerClass { get; init; } = 1;
}
