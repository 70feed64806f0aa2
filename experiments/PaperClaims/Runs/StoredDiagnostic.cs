namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Represents a diagnostic as stored with a result. It includes every distance, so that charts can be drawn from it.</summary>
internal sealed record StoredDiagnostic(
    IReadOnlyList<string> Names,
    IReadOnlyList<int> Counts,
    IReadOnlyList<StoredDiagnostic.StoredGroup> Groups,
    IReadOnlyList<int> Labels,
    IReadOnlyList<float> Similarity,
    double Seconds
)
{
    public static StoredDiagnostic Of(FeatureDiagnostic diagnostic) =>
        new(
            diagnostic.Classes.Names,
            diagnostic.Classes.Counts,
            [.. diagnostic.Groups.Select(group => new StoredGroup(group.Group, group.Classes, Pairs(group.Train), Pairs(group.Test)))],
            diagnostic.Similarity.Labels,
            diagnostic.Similarity.Values,
            diagnostic.Seconds
        );

    public FeatureDiagnostic Restore() =>
        new()
        {
            Classes = new ClassDistribution(Names, Counts),
            Groups =
            [
                .. Groups.Select(group => new GroupDistances
                {
                    Group = group.Group,
                    Classes = group.Classes,
                    Train = Sample(group.Train),
                    Test = Sample(group.Test),
                }),
            ],
            Similarity = new ClassSimilarity { Labels = [.. Labels], Values = [.. Similarity] },
            Seconds = Seconds,
        };

    private static double[][] Pairs(WeightedSample sample) => [.. sample.Items.Select(item => new[] { item.Value, item.Weight })];

    private static WeightedSample Sample(double[][] pairs) => new(pairs.Select(pair => (pair[0], pair[1])));

    /// <summary>Represents the distances of a group, each with its weight.</summary>
    internal sealed record StoredGroup(ShotGroup Group, int Classes, double[][] Train, double[][] Test);
}
