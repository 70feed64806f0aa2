using System.ComponentModel.DataAnnotations;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Specifies what a prediction contains, and which images are accepted.</summary>
public sealed record PredictionOptions
{
    /// <summary>Gets how many of the most likely classes are returned; all of them if there are fewer.</summary>
    /// <value>The default value is 5.</value>
    [Range(1, int.MaxValue)]
    public int Top { get; init; } = 5;

    /// <summary>Gets whether <see cref="Prediction.Probabilities"/> holds the probabilities of all classes.</summary>
    /// <value>The default value is false.</value>
    public bool Probabilities { get; init; }

    /// <summary>Gets whether <see cref="Prediction.Features"/> holds the image's features.</summary>
    /// <value>The default value is <see cref="FeatureKind.None"/>.</value>
    public FeatureKind Features { get; init; }

    /// <summary>
    /// Gets how many training images <see cref="Prediction.Neighbors"/> holds: those whose features are most like the image's.
    /// </summary>
    /// <value>The default value is 0. Ignored if the model's policy keeps none (<c>PredictionPolicyOptions.KeepTrainingImages</c>).</value>
    [Range(0, 1000)]
    public int Neighbors { get; init; }

    /// <summary>
    /// Gets whether an image that cannot be read gives a prediction whose <see cref="Prediction.Error"/> says why. Otherwise
    /// <c>InferenceOptions.Unreadable</c> of the model decides whether the call fails or the image is left out.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool KeepErrors { get; init; }

    /// <summary>Gets the maximum size of an image.</summary>
    /// <value>The default is 64 MiB and 100 million pixels.</value>
    public ImageLimits Limits { get; init; } = new();
}
