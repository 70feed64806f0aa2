using LiftPlus.Metrics;

namespace LiftPlus.Evaluation.Comparison;

/// <summary>Pairs two methods' runs on the same test images.</summary>
internal static class PairedImages
{
    /// <summary>
    /// Returns the differences by image, one list for each test set. Seeds whose images have the same names and labels share a test set,
    /// and their differences are averaged.
    /// </summary>
    /// <returns>The differences; null if a pair of runs has no image in common.</returns>
    public static IReadOnlyList<ImageDifference[]>? Create(IReadOnlyList<(EvaluationReport First, EvaluationReport Second)> runs)
    {
        List<ImageDifference[]> testSets = [];
        foreach (var shared in runs.GroupBy(run => run.First, SameImages.Instance))
        {
            ImageDifference[][] seeds = [.. shared.Select(run => Pair(run.First, run.Second))];
            if (seeds[0].Length == 0)
                return null;
            if (seeds.Any(seed => !seed.Select(image => image.Label).SequenceEqual(seeds[0].Select(image => image.Label))))
                testSets.AddRange(seeds); // images were left out, and not the same ones
            else
                testSets.Add([
                    .. seeds[0]
                        .Select(
                            (image, i) =>
                                new ImageDifference(
                                    image.Label,
                                    seeds.Average(seed => seed[i].Accuracy),
                                    seeds.Average(seed => seed[i].TopFive)
                                )
                        ),
                ]);
        }

        return testSets.Exists(images => images.Length == 0) ? null : testSets;
    }

    private static ImageDifference[] Pair(EvaluationReport first, EvaluationReport second)
    {
        if (!first.ImageNames.SequenceEqual(second.ImageNames))
            return [];
        var others = second.Outcomes.GroupBy(outcome => outcome.Index).ToDictionary(group => group.Key, group => group.First());
        return
        [
            .. first
                .Outcomes.Where(one => others.TryGetValue(one.Index, out ImageOutcome other) && other.Label == one.Label)
                .Select(one => (One: one, Other: others[one.Index]))
                .Select(pair => new ImageDifference(
                    pair.One.Label,
                    Number(pair.One.IsCorrect) - Number(pair.Other.IsCorrect),
                    pair.One.InTopFive is bool a && pair.Other.InTopFive is bool b ? Number(a) - Number(b) : null
                )),
        ];
    }

    private static int Number(bool value) => value ? 1 : 0;

    private sealed class SameImages : IEqualityComparer<EvaluationReport>
    {
        public static readonly SameImages Instance = new();

        public bool Equals(EvaluationReport? x, EvaluationReport? y) =>
            x!.ImageNames.SequenceEqual(y!.ImageNames) && x.Outcomes.Select(Identity).SequenceEqual(y.Outcomes.Select(Identity));

        public int GetHashCode(EvaluationReport report) => report.Outcomes.Length;

        private static (int Index, int Label) Identity(ImageOutcome outcome) => (outcome.Index, outcome.Label);
    }
}
