namespace LiftPlus.Data;

/// <summary>
/// Divides a dataset so that every part has the same share of every class. Images of one group stay in one part. A class always keeps a
/// training image.
/// </summary>
internal sealed class StratifiedSplit
{
    private readonly ImageDataset _data;
    private readonly TorchRandom _random;
    private readonly int[][] _groups; // indices of images, in random order

    /// <param name="data">The dataset.</param>
    /// <param name="seed">The seed of the draw.</param>
    /// <param name="group">Returns the group of an image; null if every image is a group.</param>
    public StratifiedSplit(ImageDataset data, int seed, Func<LabeledImage, string>? group)
    {
        (_data, _random) = (data, new TorchRandom(seed));
        List<int[]> groups = group is null
            ? [.. data.IndicesByClass().SelectMany(Shuffle).Select(index => new[] { index })]
            : Shuffle([.. Enumerable.Range(0, data.Count)])
                .GroupBy(index => group(data[index]))
                .Select(indices => indices.ToArray())
                .ToList();
        // The rarest class has the first choice.
        _groups = [.. groups.OrderBy(indices => indices.Min(index => data.Classes.Counts[data[index].Label]))];
    }

    /// <summary>Returns the indices of the images to hold out.</summary>
    public IReadOnlySet<int> HoldOut(double share, int minimumPerClass)
    {
        int[] wanted =
        [
            .. _data.Classes.Counts.Select(count =>
                Math.Max((int)Math.Round(share * count, MidpointRounding.AwayFromZero), minimumPerClass)
            ),
        ];
        int[] held = new int[wanted.Length];
        HashSet<int> indices = [];
        foreach (int[] group in _groups)
        {
            (int Label, int Count)[] counts = Count(group);
            int gain = counts.Sum(entry =>
                Math.Abs(held[entry.Label] - wanted[entry.Label]) - Math.Abs(held[entry.Label] + entry.Count - wanted[entry.Label])
            );
            if (gain <= 0 || !LeavesTraining(counts, held))
                continue;
            foreach ((int label, int count) in counts)
                held[label] += count;
            indices.UnionWith(group);
        }

        return indices;
    }

    /// <summary>
    /// Returns the indices of the images that each of <paramref name="folds"/> parts holds out. An image is held out once; an image or
    /// group without which a class would have no training image is never held out.
    /// </summary>
    public IReadOnlyList<IReadOnlySet<int>> Fold(int folds)
    {
        HashSet<int>[] parts = [.. Enumerable.Range(0, folds).Select(_ => new HashSet<int>())];
        int[][] held = [.. parts.Select(_ => new int[_data.Classes.ClassCount])];
        foreach (int[] group in _groups)
        {
            (int Label, int Count)[] counts = Count(group);
            int[] possible = [.. Enumerable.Range(0, folds).Where(fold => LeavesTraining(counts, held[fold]))];
            if (possible.Length == 0)
                continue;
            int chosen = possible.MinBy(fold => (counts.Sum(entry => held[fold][entry.Label]), parts[fold].Count));
            foreach ((int label, int count) in counts)
                held[chosen][label] += count;
            parts[chosen].UnionWith(group);
        }

        return parts;
    }

    private bool LeavesTraining((int Label, int Count)[] counts, int[] held) =>
        counts.All(entry => held[entry.Label] + entry.Count < _data.Classes.Counts[entry.Label]);

    private (int Label, int Count)[] Count(int[] group) => [.. group.CountBy(index => _data[index].Label).Select(e => (e.Key, e.Value))];

    private List<int> Shuffle(List<int> indices)
    {
        _random.Shuffle(indices);
        return indices;
    }
}
