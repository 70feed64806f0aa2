using System.Collections.Immutable;

namespace LiftPlus;

/// <summary>Represents the cosine similarities of the classes' mean training features, with the most frequent class first.</summary>
public sealed record ClassSimilarity
{
    /// <summary>Gets the labels of the rows and columns, by decreasing number of training images.</summary>
    public required ImmutableArray<int> Labels { get; init; }

    /// <summary>Gets the matrix row by row, -1 to 1, with ones on the diagonal.</summary>
    public required ImmutableArray<float> Values { get; init; }

    /// <summary>Gets the similarity of the classes at two positions.</summary>
    public float this[int row, int column] => Values[row * Labels.Length + column];

    /// <summary>
    /// Returns the mean over a group's classes of the similarity with every other class in the matrix; null without such a class.
    /// </summary>
    /// <param name="classes">The classes and their counts.</param>
    /// <param name="group">The group.</param>
    public double? Mean(ClassDistribution classes, ShotGroup group)
    {
        int n = Labels.Length;
        if (n < 2)
            return null;
        return Enumerable
            .Range(0, n)
            .Where(row => classes.GroupOf(Labels[row]) == group)
            .Average(row => (double?)Enumerable.Range(0, n).Where(column => column != row).Average(column => this[row, column]));
    }
}
