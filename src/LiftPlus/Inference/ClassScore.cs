namespace LiftPlus;

/// <summary>One class and its probability.</summary>
/// <param name="Label">The class, 0-based.</param>
/// <param name="ClassName">Its name.</param>
/// <param name="Probability">Its softmax probability in 0..1.</param>
public readonly record struct ClassScore(int Label, string ClassName, float Probability);
