using LiftPlus.Metrics;

namespace LiftPlus;

/// <summary>Two methods' runs on the same test pictures, as differences by picture.</summary>
internal static class PairedPictures
{
    /// <summary>
    /// One list for each test set. Seeds whose pictures have the same names and labels share a test set, and their differences are averaged.
    /// </summary>
    /// <returns>Null where a pair of runs has no picture in common.</returns>
    public static IReadOnlyList<PictureDifference[]>? Of(IReadOnlyList<(EvaluationReport First, EvaluationReport Second)> runs)
    {
        List<PictureDifference[]> testSets = [];
        foreach (var shared in runs.GroupBy(run => run.First, SamePictures.Instance))
        {
            PictureDifference[][] seeds = [.. shared.Select(run => Pair(run.First, run.Second))];
            if (seeds[0].Length == 0)
                return null;
            if (seeds.Any(seed => !seed.Select(picture => picture.Label).SequenceEqual(seeds[0].Select(picture => picture.Label))))
                testSets.AddRange(seeds); // pictures were left out, and not the same ones
            else
                testSets.Add([
                    .. seeds[0]
                        .Select(
                            (picture, i) =>
                                new PictureDifference(
                                    picture.Label,
                                    seeds.Average(seed => seed[i].Accuracy),
                                    seeds.Average(seed => seed[i].TopFive)
                                )
                        ),
                ]);
        }

        return testSets.Exists(pictures => pictures.Length == 0) ? null : testSets;
    }

    private static PictureDifference[] Pair(EvaluationReport first, EvaluationReport second)
    {
        if (!first.Pictures.SequenceEqual(second.Pictures))
            return [];
        var others = second.Outcomes.GroupBy(outcome => outcome.Index).ToDictionary(group => group.Key, group => group.First());
        return
        [
            .. first
                .Outcomes.Where(one => others.TryGetValue(one.Index, out PictureOutcome other) && other.Label == one.Label)
                .Select(one => (One: one, Other: others[one.Index]))
                .Select(pair => new PictureDifference(
                    pair.One.Label,
                    Number(pair.One.IsCorrect) - Number(pair.Other.IsCorrect),
                    pair.One.InTopFive is bool a && pair.Other.InTopFive is bool b ? Number(a) - Number(b) : null
                )),
        ];
    }

    private static int Number(bool value) => value ? 1 : 0;

    private sealed class SamePictures : IEqualityComparer<EvaluationReport>
    {
        public static readonly SamePictures Instance = new();

        public bool Equals(EvaluationReport? x, EvaluationReport? y) =>
            x!.Pictures.SequenceEqual(y!.Pictures) && x.Outcomes.Select(Identity).SequenceEqual(y.Outcomes.Select(Identity));

        public int GetHashCode(EvaluationReport report) => report.Outcomes.Length;

        private static (int Index, int Label) Identity(PictureOutcome outcome) => (outcome.Index, outcome.Label);
    }
}
