namespace LiftPlus.Data;

/// <summary>Draws an order class by class: the class by its weight, then the next of its images.</summary>
internal static class ClassDraws
{
    /// <summary>
    /// Draws as many images as the dataset has. A class's images come in shuffled passes, so that an image repeats only after all of its
    /// class have come.
    /// </summary>
    /// <param name="dataset">The images.</param>
    /// <param name="weight">Returns a class's weight for its image count. Classes without images are not drawn.</param>
    /// <param name="random">Where the draws come from.</param>
    public static int[] Order(ImageDataset dataset, Func<int, double> weight, RandomSource random)
    {
        List<int>[] indices = dataset.IndicesByClass();
        double[] upTo = new double[indices.Length];
        double sum = 0;
        for (int c = 0; c < indices.Length; c++)
            upTo[c] = sum += indices[c].Count == 0 ? 0 : weight(indices[c].Count);

        int[] next = new int[indices.Length],
            order = new int[dataset.Count];
        for (int i = 0; i < order.Length; i++)
        {
            int c = FirstAbove(upTo, random.NextWord() * (sum / 4294967296.0));
            if (next[c] == 0)
                random.Shuffle(indices[c]);
            order[i] = indices[c][next[c]];
            next[c] = (next[c] + 1) % indices[c].Count;
        }

        return order;
    }

    // The first class whose sum is above the value. A class without weight adds nothing to the sum, so it is never the first.
    private static int FirstAbove(double[] upTo, double value)
    {
        int low = 0,
            high = upTo.Length - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (upTo[middle] > value)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }
}
