namespace LiftPlus.Data;

/// <summary>Orders made of draws by class: the class by its weight, then the next of its images.</summary>
internal static class ClassDraws
{
    /// <summary>
    /// Draws as many images as the dataset has. A class's images come in shuffled passes, so that none comes twice before all have come
    /// once.
    /// </summary>
    /// <param name="dataset">The images.</param>
    /// <param name="weight">Of a class's image count; in proportion to it the class is drawn. Classes without images are not.</param>
    /// <param name="random">Where the draws come from.</param>
    public static int[] Order(ImageDataset dataset, Func<int, double> weight, RandomSource random)
    {
        List<int>[] places = PlacesByClass(dataset);
        double[] upTo = new double[places.Length];
        double sum = 0;
        for (int c = 0; c < places.Length; c++)
            upTo[c] = sum += places[c].Count == 0 ? 0 : weight(places[c].Count);

        int[] next = new int[places.Length],
            order = new int[dataset.Count];
        for (int i = 0; i < order.Length; i++)
        {
            int c = FirstAbove(upTo, random.NextWord() * (sum / 4294967296.0));
            if (next[c] == 0)
                Shuffle(places[c], random);
            order[i] = places[c][next[c]];
            next[c] = (next[c] + 1) % places[c].Count;
        }

        return order;
    }

    /// <summary>The places of each class's images, ascending.</summary>
    public static List<int>[] PlacesByClass(ImageDataset dataset)
    {
        List<int>[] places = [.. dataset.Classes.Counts.Select(count => new List<int>(count))];
        for (int i = 0; i < dataset.Count; i++)
            places[dataset[i].Label].Add(i);
        return places;
    }

    /// <summary>Shuffles in place: each place swaps with one not before it, as torch.randperm does.</summary>
    public static void Shuffle(List<int> items, RandomSource random)
    {
        for (int i = 0; i < items.Count - 1; i++)
        {
            int other = i + random.NextInt(items.Count - i);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    // The first class whose sum is above the value; a class without weight adds nothing to the sum before it and is never the first.
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
