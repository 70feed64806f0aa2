namespace LiftPlus.Data;

/// <summary>At most so many images of each class, drawn anew each epoch and shuffled; smaller classes are taken whole.</summary>
public sealed class CappedSampler : Sampler
{
    private readonly int _cap;

    /// <summary>Caps every class.</summary>
    /// <param name="cap">Most images of one class, 1 or more; 100 unless given, as the reference's feature-based initialisation takes.</param>
    public CappedSampler(int cap = 100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cap, 1);
        _cap = cap;
    }

    /// <inheritdoc/>
    public override int[] Order(ImageDataset dataset, long seed, int epoch) => Order(dataset, new StreamRandom(seed, epoch, -1));

    /// <inheritdoc/>
    public override int Count(ImageDataset dataset) => dataset.Classes.Counts.Sum(count => Math.Min(count, _cap));

    // The draws follow the reference: classes in the order in which the dataset first shows them, each shuffled and cut, then all shuffled.
    internal int[] Order(ImageDataset dataset, RandomSource random)
    {
        var order = new List<int>(Count(dataset));
        foreach (List<int> places in ClassDraws.PlacesByClass(dataset).Where(places => places.Count > 0).OrderBy(places => places[0]))
        {
            ClassDraws.Shuffle(places, random);
            order.AddRange(places.Take(_cap));
        }

        ClassDraws.Shuffle(order, random);
        return [.. order];
    }
}
