using System.Collections.Immutable;

namespace LiftPlus.Decisions;

/// <summary>
/// Represents what validation says about images of the mix that a model's scores are for, in K groups of classes of similar frequency.
/// </summary>
/// <param name="Mean">The mean probability (K) of each group.</param>
/// <param name="Covariance">The covariance (K, K) of that mean, which has the error of a finite validation set.</param>
/// <param name="Confusion">The share (K, K) of the images of a group, the column, that are predicted as another, the row.</param>
internal sealed record MixReference(ImmutableArray<double> Mean, ImmutableArray<double> Covariance, ImmutableArray<double> Confusion)
{
    private const int MostGroups = 5;

    /// <summary>
    /// Gets what is added to the logarithm of each class's probability (C) so that it is right on average; empty in files of earlier
    /// versions.
    /// </summary>
    public ImmutableArray<double> Offsets { get; init; } = [];

    /// <summary>Gets the number of validation images, counted as if all weighed the same; 0 in files of earlier versions.</summary>
    public double Images { get; init; }

    /// <summary>Returns the number of groups for a number of classes.</summary>
    public static int GroupsOf(int classes) => Math.Min(MostGroups, classes);

    /// <summary>Returns the group of each class: groups have equally many classes, up to one, those of the rarest classes last.</summary>
    public static int[] Groups(ClassDistribution classes)
    {
        int count = classes.ClassCount,
            groups = GroupsOf(count);
        int[] of = new int[count];
        int[] ranked = [.. Enumerable.Range(0, count).OrderByDescending(label => classes.Counts[label]).ThenBy(label => label)];
        foreach ((int rank, int label) in ranked.Index())
            of[label] = (int)((long)rank * groups / count);
        return of;
    }
}
