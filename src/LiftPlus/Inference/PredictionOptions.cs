using System.ComponentModel.DataAnnotations;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>What is wanted of an image.</summary>
public sealed record PredictionOptions
{
    /// <summary>How many of the likeliest classes; all of them where there are fewer.</summary>
    /// <value>The default value is 5.</value>
    [Range(1, int.MaxValue)]
    public int Top { get; init; } = 5;

    /// <summary>Whether <see cref="Prediction.Probabilities"/> holds every class's probability.</summary>
    /// <value>The default value is false.</value>
    public bool Probabilities { get; init; }

    /// <summary>Whether <see cref="Prediction.Features"/> holds the backbone's feature of the image.</summary>
    /// <value>The default value is <see cref="FeatureKind.None"/>.</value>
    public FeatureKind Features { get; init; }

    /// <summary>
    /// Whether an image that cannot be read gives a prediction whose <see cref="Prediction.Error"/> says why. Otherwise
    /// <see cref="InferenceOptions.Unreadable"/> decides: the call fails, or the image is left out.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool KeepErrors { get; init; }

    /// <summary>How large an image may be.</summary>
    /// <value>The default is 64 MiB and 100 million pixels.</value>
    public ImageLimits Limits { get; init; } = new();
}

/// <summary>The backbone's feature of an image, the vector that the head looks at.</summary>
public enum FeatureKind
{
    /// <summary>Not wanted.</summary>
    None,

    /// <summary>As the backbone gives it.</summary>
    Raw,

    /// <summary>Divided by its length: the dot product of two is their cosine.</summary>
    Normalized,
}
