using LiftPlus.Data;

namespace LiftPlus;

/// <summary>
/// Draws a long-tailed training set from any dataset. With the exponential shape, ratio 10, 50 or 100 and seed 0, CIFAR-100's training set
/// gives exactly the published CIFAR-100-LT.
/// </summary>
public sealed record LongTailProfile
{
    /// <summary>Creates a profile with the given ratio.</summary>
    /// <param name="imbalanceRatio">The largest count over the smallest, 1 or more.</param>
    /// <param name="shape">How counts fall from the largest to the smallest.</param>
    /// <exception cref="LiftPlusException">The ratio is below 1 or not finite.</exception>
    public LongTailProfile(double imbalanceRatio, LongTailShape shape = LongTailShape.Exponential)
    {
        if (!(imbalanceRatio >= 1 && double.IsFinite(imbalanceRatio)))
            throw new LiftPlusException(
                $"The imbalance ratio is {imbalanceRatio}; it must be the largest count over the smallest, 1 or more."
            );
        ImbalanceRatio = imbalanceRatio;
        Shape = shape;
    }

    /// <summary>Gets the largest count over the smallest.</summary>
    public double ImbalanceRatio { get; }

    /// <summary>Gets how counts fall from the largest to the smallest.</summary>
    public LongTailShape Shape { get; }

    /// <summary>Gets the power α of the Pareto shape, above 0; the exponential shape ignores it.</summary>
    /// <value>6, the power of ImageNet-LT and Places-LT (arXiv 1904.05160).</value>
    public double Power
    {
        get;
        init =>
            field =
                value > 0 && double.IsFinite(value)
                    ? value
                    : throw new LiftPlusException($"The Pareto power is {value}; it must be above 0.");
    } = 6;

    /// <summary>Returns the counts of all classes, from the largest to the smallest.</summary>
    /// <param name="classes">Number of classes C, 1 or more.</param>
    /// <param name="largest">Count of the first class, 1 or more.</param>
    /// <returns>C counts, rounded down, each at least 1.</returns>
    public int[] Counts(int classes, int largest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(largest, 1);
        return [.. Enumerable.Range(0, classes).Select(rank => Math.Max(1, (int)(largest * Part(rank, classes))))];
    }

    /// <summary>
    /// Draws a long-tailed subset: the images of each class are shuffled and the first n_r are kept, so that with the same seed a higher
    /// ratio keeps a part of what a lower one keeps. Classes with more images get the larger counts, equal ones in label order, and the
    /// largest count is the highest that every class can follow. Classes without images stay empty.
    /// </summary>
    /// <param name="dataset">The dataset, balanced or not.</param>
    /// <param name="seed">The seed of the draw; 0 for the published subsets.</param>
    /// <returns>The subset, class after class, each in the order drawn.</returns>
    public ImageDataset Apply(ImageDataset dataset, int seed = 0)
    {
        int[] counts = CountsFor(dataset.Classes.Counts);
        var random = new TorchRandom(seed);
        var kept = new List<int>();
        foreach ((int label, List<int> indices) in dataset.IndicesByClass().Index())
        {
            int[] drawn = [.. indices];
            NumpyDraws.Shuffle<int>(drawn, random);
            kept.AddRange(drawn.Take(counts[label]));
        }

        return dataset.Subset(kept);
    }

    private int[] CountsFor(IReadOnlyList<int> available)
    {
        int[] byRank =
        [
            .. Enumerable.Range(0, available.Count).Where(label => available[label] > 0).OrderByDescending(label => available[label]),
        ];
        int largest = available[byRank[0]];
        for (int rank = 1; rank < byRank.Length; rank++)
        {
            // Counts are rounded down, so a class of n images can follow any head below (n + 1) / part.
            double most = Math.Ceiling((available[byRank[rank]] + 1) / Part(rank, byRank.Length)) - 1;
            largest = (int)Math.Min(largest, most);
        }

        int[] counts = new int[available.Count],
            profile = Counts(byRank.Length, largest);
        for (int rank = 0; rank < byRank.Length; rank++)
            counts[byRank[rank]] = profile[rank];
        return counts;
    }

    private double Part(int rank, int classes)
    {
        double place = classes == 1 ? 0 : rank / (classes - 1.0);
        return Shape switch
        {
            LongTailShape.Exponential => Math.Pow(1 / ImbalanceRatio, place),
            LongTailShape.Pareto => Math.Pow(1 + place * (Math.Pow(ImbalanceRatio, 1 / (Power + 1)) - 1), -(Power + 1)),
            _ => throw new LiftPlusException($"{Shape} is not a long-tail shape."),
        };
    }
}
