using System.Collections.Immutable;

namespace LiftPlus;

/// <summary>One class and its probability.</summary>
/// <param name="Label">The class, 0-based.</param>
/// <param name="ClassName">Its name.</param>
/// <param name="Probability">Its softmax probability in 0..1.</param>
public readonly record struct ClassScore(int Label, string ClassName, float Probability);

/// <summary>What a model says of one image: the likeliest classes, best first.</summary>
/// <param name="Path">The image's file, or the name that its source was given.</param>
/// <param name="Top">The likeliest classes, best first; ties go to the lower label. Empty where the image could not be read.</param>
public sealed record Prediction(string Path, ImmutableArray<ClassScore> Top)
{
    /// <summary>
    /// The probability of every class (C), in label order; empty unless <see cref="PredictionOptions.Probabilities"/> asks for them.
    /// </summary>
    public ImmutableArray<float> Probabilities { get; init; } = [];

    /// <summary>
    /// The image's feature (D); empty unless <see cref="PredictionOptions.Features"/> asks for it. With test-time ensembling the mean of
    /// the views' features, normalised after that.
    /// </summary>
    public ImmutableArray<float> Features { get; init; } = [];

    /// <summary>Why the image could not be read; null where it was.</summary>
    public LiftPlusException? Error { get; init; }

    /// <summary>The likeliest class.</summary>
    /// <exception cref="LiftPlusException">The image could not be read: its <see cref="Error"/>.</exception>
    public ClassScore Best => Error is null ? Top[0] : throw new LiftPlusException(Error.Message, Error);

    /// <summary>Name of the likeliest class.</summary>
    /// <exception cref="LiftPlusException">The image could not be read.</exception>
    public string ClassName => Best.ClassName;

    /// <summary>Probability of the likeliest class in 0..1.</summary>
    /// <exception cref="LiftPlusException">The image could not be read.</exception>
    public float Probability => Best.Probability;
}
