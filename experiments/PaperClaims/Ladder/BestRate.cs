namespace LiftPlus.Experiments.PaperClaims;

/// <summary>
/// Chooses a learning rate without the images that judge it: for each seed, the rate with the highest mean overall accuracy on the other
/// seeds, which are other images of the same world. Of equal rates, and with a single seed, the first is chosen.
/// </summary>
internal static class BestRate
{
    /// <summary>
    /// Returns the test of the chosen rate for every seed that all rates have been run with. A rate with fewer runs than another does not
    /// count.
    /// </summary>
    /// <param name="rates">The tests of each rate by seed.</param>
    public static IReadOnlyList<(int Seed, string Rate, EvaluationReport Report)> Choose(
        IReadOnlyList<(string Rate, IReadOnlyDictionary<int, EvaluationReport> Reports)> rates
    )
    {
        int most = rates.Max(rate => rate.Reports.Count);
        rates = [.. rates.Where(rate => rate.Reports.Count == most)];
        int[] seeds = [.. rates[0].Reports.Keys.Where(seed => rates.All(rate => rate.Reports.ContainsKey(seed))).Order()];
        return [.. seeds.Select(seed => Best(seed, rates.MaxBy(rate => OnOthers(rate.Reports, seed))))];

        double OnOthers(IReadOnlyDictionary<int, EvaluationReport> reports, int seed) =>
            seeds.Where(other => other != seed).Select(other => reports[other].Metrics.Overall).DefaultIfEmpty(0).Average();
    }

    private static (int, string, EvaluationReport) Best(
        int seed,
        (string Rate, IReadOnlyDictionary<int, EvaluationReport> Reports) chosen
    ) => (seed, chosen.Rate, chosen.Reports[seed]);
}
