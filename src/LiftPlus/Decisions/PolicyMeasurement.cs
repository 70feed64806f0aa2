using LiftPlus.Metrics;

namespace LiftPlus.Decisions;

/// <summary>Measures what a policy does on test images.</summary>
internal static class PolicyMeasurement
{
    /// <param name="policy">The policy.</param>
    /// <param name="test">Labelled images that it was not fitted on.</param>
    /// <param name="unknown">Images that show none of the classes; null for none.</param>
    public static PolicyReport Measure(PredictionPolicy policy, ScoredImages test, ScoredImages? unknown)
    {
        Measured[] images = [.. Enumerable.Range(0, test.Count).AsParallel().AsOrdered().Select(row => Measure(policy, test, row))];
        bool canCompare = unknown is not null && policy.Detector is not null;
        double[] ofUnknown = canCompare ? PolicyFit.UnknownScores(policy.Detector!, unknown!) : [];
        MaximumSoftmax baseline = new();
        return new PolicyReport
        {
            Policy = policy,
            Groups =
            [
                Group(null, images),
                .. Enum.GetValues<ShotGroup>()
                    .Select(group => Group(group, [.. images.Where(image => policy.Classes.GroupOf(image.Before.Label) == group)])),
            ],
            MeanClassCoverage = images.GroupBy(image => image.Before.Label).Average(of => Percent(of, image => image.IsCovered)),
            AccuracyBefore = Percent(images, image => image.Before.IsCorrect),
            AccuracyAfter = Percent(images, image => image.After.IsCorrect),
            UnknownImages = unknown?.Count ?? 0,
            UnknownArea = canCompare ? Ranking.Area([.. images.Select(image => image.Unknown!.Value.Value)], ofUnknown) : null,
            BaselineArea = unknown is null
                ? null
                : Ranking.Area(PolicyFit.UnknownScores(baseline, test), PolicyFit.UnknownScores(baseline, unknown)),
            UnknownFound = canCompare ? Percent(ofUnknown, score => score > policy.UnknownThreshold) : null,
        };
    }

    private static Measured Measure(PredictionPolicy policy, ScoredImages test, int row)
    {
        ReadOnlySpan<float> logits = test.Logits[row];
        double[] own = new double[logits.Length];
        Probabilities.Softmax(logits, own);
        Decision decision = policy.Decide(logits, test.Features[row]);
        int label = test.Labels[row],
            before = Probabilities.Largest(logits),
            after = Probabilities.Largest(decision.Probabilities);
        return new Measured(
            new ImageOutcome(row, label, before, Confidence: (float)own[before]),
            new ImageOutcome(row, label, after, Confidence: decision.Probabilities[after]),
            decision.Set.Contains(label),
            decision.Set.Length,
            decision.Unknown
        );
    }

    private static PolicyGroup Group(ShotGroup? group, Measured[] images) =>
        images.Length == 0
            ? new PolicyGroup(group, 0, null, null, null, null, null)
            : new PolicyGroup(
                group,
                images.Length,
                Calibration.From(images.Select(image => image.Before))!.Error,
                Calibration.From(images.Select(image => image.After))!.Error,
                Percent(images, image => image.IsCovered),
                images.Average(image => image.SetSize),
                images[0].Unknown is null ? null : Percent(images, image => image.Unknown!.Value.IsUnknown)
            );

    private static double Percent<T>(IEnumerable<T> all, Func<T, bool> isSo) => 100 * all.Average(one => isSo(one) ? 1.0 : 0.0);

    private readonly record struct Measured(ImageOutcome Before, ImageOutcome After, bool IsCovered, int SetSize, UnknownScore? Unknown);
}
