namespace LiftPlus.Data;

/// <summary>The order of an epoch. Derive from it for another one, and give it to a <see cref="BatchLoader"/>.</summary>
public abstract class Sampler
{
    /// <summary>The places of the images of one epoch, in order; a place may come more than once. The same arguments always give the same order.</summary>
    /// <param name="dataset">The dataset that the places point into.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, 0-based.</param>
    public abstract int[] Order(ImageDataset dataset, long seed, int epoch);

    /// <summary>Length of every epoch's <see cref="Order"/>; the dataset's unless overridden.</summary>
    public virtual int Count(ImageDataset dataset) => dataset.Count;
}

/// <summary>Every image once, in the dataset's order: for evaluation.</summary>
public sealed class SequentialSampler : Sampler
{
    /// <inheritdoc/>
    public override int[] Order(ImageDataset dataset, long seed, int epoch) => [.. Enumerable.Range(0, dataset.Count)];
}

/// <summary>Every image once, shuffled anew each epoch: for training.</summary>
public sealed class ShuffleSampler : Sampler
{
    /// <inheritdoc/>
    public override int[] Order(ImageDataset dataset, long seed, int epoch)
    {
        int[] order = [.. Enumerable.Range(0, dataset.Count)];
        var random = new StreamRandom(seed, epoch, -1);
        for (int last = order.Length - 1; last > 0; last--)
        {
            int other = random.NextInt(last + 1);
            (order[last], order[other]) = (order[other], order[last]);
        }

        return order;
    }
}
