namespace LiftPlus;

/// <summary>Represents a class and its probability.</summary>
/// <param name="Label">The class, 0-based.</param>
/// <param name="ClassName">The name of the class.</param>
/// <param name="Probability">
/// The probability, 0 to 1: a softmax over the classes, or with zero-shot SigLIP the sigmoid of the class alone.
/// </param>
public readonly record struct ClassScore(int Label, string ClassName, float Probability);
