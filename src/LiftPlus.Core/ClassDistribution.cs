using System.Collections.Immutable;

namespace LiftPlus;

/// <summary>
/// The classes of a training set: their names and how many images each has. Immutable. A class may have no image at all; it keeps its
/// place, so that a label is always an index into <see cref="Names"/> and <see cref="Counts"/>.
/// </summary>
public sealed class ClassDistribution
{
    /// <summary>Creates the distribution.</summary>
    /// <param name="names">One name per class, in label order; not empty.</param>
    /// <param name="counts">One count per class, 0 or more.</param>
    /// <exception cref="LiftPlusException">No class, different lengths, or a negative count.</exception>
    public ClassDistribution(IEnumerable<string> names, IEnumerable<int> counts)
    {
        Names = [.. names];
        Counts = [.. counts];
        if (Names.Length != Counts.Length)
            throw new LiftPlusException($"{Names.Length} class names but {Counts.Length} class counts: give one name for each label.");
        if (Names.Length == 0)
            throw new LiftPlusException("A class distribution needs at least one class; none was given.");
        for (int c = 0; c < Counts.Length; c++)
        {
            if (Counts[c] < 0)
                throw new LiftPlusException($"Class {c} ('{Names[c]}') has the count {Counts[c]}; counts are 0 or more.");
        }
    }

    /// <summary>Class names in label order.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>Training images n_c of each class, in label order.</summary>
    public ImmutableArray<int> Counts { get; }

    /// <summary>Number of classes C.</summary>
    public int ClassCount => Counts.Length;

    /// <summary>Number of training images N.</summary>
    public long Total => Counts.Sum(count => (long)count);

    /// <summary>Largest count over smallest non-zero count; 1 when there is no image.</summary>
    public double ImbalanceRatio
    {
        get
        {
            int[] present = [.. Counts.Where(count => count > 0)];
            return present.Length == 0 ? 1 : (double)present.Max() / present.Min();
        }
    }

    /// <summary>The group of a class, by its training count.</summary>
    public ShotGroup GroupOf(int label) =>
        Counts[label] switch
        {
            > 100 => ShotGroup.Many,
            >= 20 => ShotGroup.Medium,
            _ => ShotGroup.Few,
        };

    /// <summary>Counts the labels of a dataset over the given class names.</summary>
    /// <exception cref="LiftPlusException">A label lies outside the names.</exception>
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
