namespace LiftPlus.Metrics;

/// <summary>What a model said of one test image.</summary>
/// <param name="Index">The image's place in its test set.</param>
/// <param name="Label">Its true class, 0-based.</param>
/// <param name="Predicted">The class with the highest logit, the lowest label where several are equal; -1 where a logit was NaN.</param>
/// <param name="InTopFive">Whether the true class is among the five highest logits; null where only predictions were given.</param>
/// <param name="Confidence">The softmax probability of the predicted class in 0..1; null where it is not known.</param>
public readonly record struct ImageOutcome(int Index, int Label, int Predicted, bool? InTopFive = null, float? Confidence = null)
{
    /// <summary>Whether the prediction is the true class.</summary>
    public bool IsCorrect => Predicted == Label;
}
