namespace LiftPlus.Data;

/// <summary>Takes every image once, shuffled anew in each epoch: for training.</summary>
internal sealed class ShuffleSampler : Sampler
{
    /// <inheritdoc/>
    public override int[] Order(ImageDataset dataset, int seed, int epoch)
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
