using System.Collections.Immutable;

namespace LiftPlus;

/// <summary>One class and its probability.</summary>
/// <param name="Label">The class, 0-based.</param>
/// <param name="ClassName">Its name.</param>
/// <param name="Probability">Its softmax probability in 0..1.</param>
public readonly record struct ClassScore(int Label, string ClassName, float Probability);

/// <summary>What a model says of one picture: the likeliest classes, best first.</summary>
/// <param name="Path">The picture.</param>
/// <param name="Top">The likeliest classes, best first; ties go to the lower label.</param>
public sealed record Prediction(string Path, ImmutableArray<ClassScore> Top)
{
    /// <summary>The likeliest class.</summary>
    public ClassScore Best => Top[0];

    /// <summary>Name of the likeliest class.</summary>
    public string ClassName => Best.ClassName;

    /// <summary>Probability of the likeliest class in 0..1.</summary>
    public float Probability => Best.Probability;
}
