namespace LiftPlus;

/// <summary>Represents a class and its probability.</summary>
/// <param name="Label">The class, 0-based.</param>
/// <param name="ClassName">The name of the class.</param>
/// <param name="Probability">The softmax probability, 0 to 1.</param>
public readonly record struct ClassScore(int Label, string ClassName, float Probability);
