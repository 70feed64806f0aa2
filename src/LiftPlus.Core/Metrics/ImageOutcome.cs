namespace LiftPlus.Metrics;

/// <summary>Represents a model's prediction for one test image.</summary>
/// <param name="Index">The image's position in the test set.</param>
/// <param name="Label">The true class, 0-based.</param>
/// <param name="Predicted">The class with the highest logit, the lowest label in a tie; -1 if a logit is NaN.</param>
/// <param name="InTopFive">Whether the true class is among the five highest logits; null if only predictions are known.</param>
/// <param name="Confidence">The softmax probability of the predicted class, 0 to 1; null if unknown.</param>
public readonly record struct ImageOutcome(int Index, int Label, int Predicted, bool? InTopFive = null, float? Confidence = null)
{
    /// <summary>Gets whether the prediction is the true class.</summary>
    public bool IsCorrect => Predicted == Label;
}
