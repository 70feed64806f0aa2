using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>Specifies what a <see cref="PredictionPolicy"/> promises, and how.</summary>
public sealed record PredictionPolicyOptions
{
    /// <summary>Gets the share of images whose true class is in the set, for images like those of validation.</summary>
    /// <value>The default value is 0.9.</value>
    [Range(0.5, 0.999)]
    public double Coverage { get; init; } = 0.9;

    /// <summary>Gets how the sets are chosen.</summary>
    /// <value>The default value is <see cref="SetScore.PrevalenceAdjusted"/>.</value>
    public SetScore SetScore { get; init; }

    /// <summary>Gets the weight of a class's own threshold against the common one.</summary>
    /// <value>The default value is 0.5. Ignored unless <see cref="SetScore"/> is <see cref="SetScore.Interpolated"/>.</value>
    [Range(0.0, 1.0)]
    public double ClasswiseWeight { get; init; } = 0.5;

    /// <summary>Gets how images that show none of the classes are found.</summary>
    /// <value>
    /// The default value is null: <see cref="UnknownMeasure.RelativeMahalanobis"/> if training images are given, and
    /// <see cref="UnknownMeasure.MaximumSoftmax"/> otherwise. A fitted policy says which.
    /// </value>
    public UnknownMeasure? UnknownMeasure { get; init; }

    /// <summary>Gets the share of images of the classes that may be called unknown.</summary>
    /// <value>The default value is 0.05.</value>
    [Range(0.001, 0.5)]
    public double FalseAlarms { get; init; } = 0.05;

    /// <summary>Gets which neighbour's distance counts.</summary>
    /// <value>
    /// The default value is 3: the rarest classes have few images. Ignored unless <see cref="UnknownMeasure"/> is
    /// <see cref="UnknownMeasure.NeighborDistance"/>.
    /// </value>
    [Range(1, 1000)]
    public int Neighbors { get; init; } = 3;

    /// <summary>
    /// Gets whether the policy keeps the names and features of training images, so that predictions can name those most like an image
    /// (<see cref="PredictionOptions.Neighbors"/>). The names are paths below the folder that contains all of them.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool KeepTrainingImages { get; init; }

    /// <summary>
    /// Gets the maximum number of training images whose features are computed. Frequent classes are cut first.
    /// <see cref="UnknownMeasure.NeighborDistance"/> and <see cref="KeepTrainingImages"/> keep the features in memory and in the model
    /// folder, 4 bytes a value.
    /// </summary>
    /// <value>The default value is 20,000.</value>
    [Range(1, 1_000_000)]
    public int MaxTrainingImages { get; init; } = 20_000;
}
