using System.Collections.Immutable;

namespace LiftPlus.Metrics;

/// <summary>Represents the images of one class that were predicted as another class.</summary>
/// <param name="Label">The true class.</param>
/// <param name="Predicted">The predicted class.</param>
/// <param name="Count">The number of images.</param>
/// <param name="Share">The number of images in percent of the true class's test images, 0 to 100.</param>
public readonly record struct ConfusedPair(int Label, int Predicted, int Count, double Share)
{
    /// <summary>
    /// Finds the pairs with the most images; ties are ordered by the largest share, then the lowest labels. Images with NaN logits are left
    /// out.
    /// </summary>
    /// <param name="outcomes">The test images.</param>
    /// <param name="maxPairs">The maximum number of pairs.</param>
    public static ImmutableArray<ConfusedPair> Find(IReadOnlyCollection<ImageOutcome> outcomes, int maxPairs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxPairs);
        Dictionary<int, int> seen = outcomes.CountBy(outcome => outcome.Label).ToDictionary();
        return
        [
            .. outcomes
                .Where(outcome => !outcome.IsCorrect && outcome.Predicted >= 0)
                .CountBy(outcome => (outcome.Label, outcome.Predicted))
                .Select(pair => new ConfusedPair(pair.Key.Label, pair.Key.Predicted, pair.Value, 100.0 * pair.Value / seen[pair.Key.Label]))
                .OrderByDescending(pair => pair.Count)
                .ThenByDescending(pair => pair.Share)
                .ThenBy(pair => pair.Label)
                .ThenBy(pair => pair.Predicted)
                .Take(maxPairs),
        ];
    }
}
