using System.Collections.Immutable;

namespace LiftPlus.Metrics;

/// <summary>Images of one class that were taken for another.</summary>
/// <param name="Label">The true class.</param>
/// <param name="Predicted">The class they were taken for.</param>
/// <param name="Count">How many images.</param>
/// <param name="Share">That number in percent of the true class's test images.</param>
public readonly record struct ConfusedPair(int Label, int Predicted, int Count, double Share)
{
    /// <summary>The pairs with the most images, then the largest share, then the lowest labels. Predictions of NaN logits are no class and are left out.</summary>
    /// <param name="outcomes">The test images.</param>
    /// <param name="most">How many pairs at most.</param>
    public static ImmutableArray<ConfusedPair> Find(IReadOnlyCollection<ImageOutcome> outcomes, int most)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(most);
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
                .Take(most),
        ];
    }
}
