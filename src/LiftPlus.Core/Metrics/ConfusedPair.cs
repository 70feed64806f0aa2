using System.Collections.Immutable;

namespace LiftPlus.Metrics;

/// <summary>Pictures of one class that were taken for another.</summary>
/// <param name="Label">The true class.</param>
/// <param name="Predicted">The class they were taken for.</param>
/// <param name="Count">How many pictures.</param>
/// <param name="Share">That number in percent of the true class's test pictures.</param>
public readonly record struct ConfusedPair(int Label, int Predicted, int Count, double Share)
{
    /// <summary>The pairs with the most pictures, then the largest share, then the lowest labels. Predictions of NaN logits are no class and are left out.</summary>
    /// <param name="outcomes">The test pictures.</param>
    /// <param name="most">How many pairs at most.</param>
    public static ImmutableArray<ConfusedPair> Find(IReadOnlyCollection<PictureOutcome> outcomes, int most)
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
