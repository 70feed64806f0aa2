using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LiftPlus;

/// <summary>
/// Represents a model's prediction for one image: the most likely classes, best first. As JSON it shows neither folders nor exceptions
/// (<see cref="PredictionConverter"/>).
/// </summary>
/// <param name="Path">The image's file, or the name of its source.</param>
/// <param name="Top">
/// The most likely classes, best first; of equal ones the lower label is first. Empty if the image could not be read.
/// </param>
[JsonConverter(typeof(PredictionConverter))]
public sealed record Prediction(string Path, ImmutableArray<ClassScore> Top)
{
    /// <summary>
    /// Gets the probability of every class (C), in label order; empty unless <see cref="PredictionOptions.Probabilities"/> is set.
    /// Their sum is 1, except with zero-shot SigLIP (<see cref="ClassScore.Probability"/>).
    /// </summary>
    public ImmutableArray<float> Probabilities { get; init; } = [];

    /// <summary>
    /// Gets the image's features (D); empty unless <see cref="PredictionOptions.Features"/> is set. With test-time ensembling they are the
    /// mean of the crops' features, normalised afterwards.
    /// </summary>
    public ImmutableArray<float> Features { get; init; } = [];

    /// <summary>
    /// Gets the classes that the model's <see cref="PredictionPolicy"/> cannot exclude, best first; it may be empty. Null without a policy.
    /// </summary>
    public ImmutableArray<ClassScore>? Set { get; init; }

    /// <summary>Gets how little the image is like those of the classes; null unless the model has a policy that looks for this.</summary>
    public UnknownScore? Unknown { get; init; }

    /// <summary>
    /// Gets the training images most like the image, nearest first; of equal ones the first name is first. Null unless
    /// <see cref="PredictionOptions.Neighbors"/> is set and the model's policy keeps training images.
    /// </summary>
    public ImmutableArray<Neighbor>? Neighbors { get; init; }

    /// <summary>Gets why the image could not be read; null if it was read.</summary>
    public LiftPlusException? Error { get; init; }

    /// <summary>Gets the most likely class.</summary>
    /// <exception cref="LiftPlusException">The image could not be read; see <see cref="Error"/>.</exception>
    public ClassScore Best => Error is null ? Top[0] : throw new LiftPlusException(Error.Message, Error);

    /// <summary>Gets the name of the most likely class.</summary>
    /// <exception cref="LiftPlusException">The image could not be read.</exception>
    public string ClassName => Best.ClassName;

    /// <summary>Gets the probability of the most likely class, 0 to 1.</summary>
    /// <exception cref="LiftPlusException">The image could not be read.</exception>
    public float Probability => Best.Probability;
}
