namespace LiftPlus.Data;

/// <summary>
/// Takes a limited number of images of each class, drawn anew in each epoch and shuffled; smaller classes are taken whole.
/// </summary>
internal sealed class CappedSampler : Sampler
{
    private readonly int _cap;

    /// <summary>Creates a sampler that limits every class.</summary>
    /// <param name="cap">
    /// The maximum number of images of one class, 1 or more. The default is 100, as for the reference's class means.
    /// </param>
    public CappedSampler(int cap = 100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cap, 1);
        _cap = cap;
    }

    /// <inheritdoc/>
    public override int[] Order(ImageDataset dataset, int seed, int epoch) => Order(dataset, new StreamRandom(seed, epoch, -1));

    /// <inheritdoc/>
    public override int Count(ImageDataset dataset) => dataset.Classes.Counts.Sum(count => Math.Min(count, _cap));

    // The draws follow the reference: classes in the order of their first image, each shuffled and cut, then all shuffled.
    internal int[] Order(ImageDataset dataset, RandomSource random)
    {
        var order = new List<int>(Count(dataset));
        foreach (List<int> indices in dataset.IndicesByClass().Where(indices => indices.Count > 0).OrderBy(indices => indices[0]))
        {
            random.Shuffle(indices);
            order.AddRange(indices.Take(_cap));
        }

        random.Shuffle(order);
        return [.. order];
    }
}
