using System.Collections.Immutable;

namespace LiftPlus;

/// <summary>
/// Represents the classes of a training set: their names and numbers of images. Immutable. A label is an index into <see cref="Names"/> and
/// <see cref="Counts"/>; classes without images keep their place.
/// </summary>
public sealed class ClassDistribution
{
    /// <summary>Creates the distribution.</summary>
    /// <param name="names">The class names in label order, at least one.</param>
    /// <param name="counts">The number of training images of each class, 0 or more.</param>
    /// <exception cref="LiftPlusException">
    /// The list of names is empty, a name is null or blank, the lengths differ, or a count is negative.
    /// </exception>
    public ClassDistribution(IEnumerable<string> names, IEnumerable<int> counts)
    {
        Names = [.. names];
        Counts = [.. counts];
        if (Names.Length != Counts.Length)
            throw new LiftPlusException($"{Names.Length} class names but {Counts.Length} class counts: give one name for each label.");
        if (Names.Length == 0)
            throw new LiftPlusException("A class distribution needs at least one class; give names and counts.");
        for (int c = 0; c < Counts.Length; c++)
        {
            if (string.IsNullOrWhiteSpace(Names[c]))
                throw new LiftPlusException($"The name of class {c} is {(Names[c] is null ? "null" : "blank")}; give every class a name.");
            if (Counts[c] < 0)
                throw new LiftPlusException($"Class {c} ('{Names[c]}') has the count {Counts[c]}; give counts of 0 or more.");
        }
    }

    /// <summary>Gets the class names in label order.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>Gets the number of training images n_c of each class in label order.</summary>
    public ImmutableArray<int> Counts { get; }

    /// <summary>Gets the number of classes C.</summary>
    public int ClassCount => Counts.Length;

    /// <summary>Gets the number of training images N.</summary>
    public long Total => Counts.Sum(count => (long)count);

    /// <summary>Gets the largest count divided by the smallest non-zero count; 1 for a training set without images.</summary>
    public double ImbalanceRatio
    {
        get
        {
            int[] present = [.. Counts.Where(count => count > 0)];
            return present.Length == 0 ? 1 : (double)present.Max() / present.Min();
        }
    }

    /// <summary>Gets the group of a class by its number of training images.</summary>
    public ShotGroup GroupOf(int label) =>
        Counts[label] switch
        {
            > 100 => ShotGroup.Many,
            >= 20 => ShotGroup.Medium,
            _ => ShotGroup.Few,
        };

    /// <summary>Creates the distribution of labels over the given class names.</summary>
    /// <exception cref="LiftPlusException">A label has no class name.</exception>
    public static ClassDistribution FromLabels(IReadOnlyList<string> names, IEnumerable<int> labels)
    {
        int[] counts = new int[names.Count];
        foreach (int label in labels)
        {
            if ((uint)label >= (uint)counts.Length)
                throw new LiftPlusException(
                    $"Label {label} has no class name: there are {counts.Length} names, for labels 0 to {counts.Length - 1}."
                );
            counts[label]++;
        }

        return new ClassDistribution(names, counts);
    }
}
