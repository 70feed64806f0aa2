namespace LiftPlus.Data;

/// <summary>Decides the order of an epoch's images. Derive from it for your own order, and pass it to a <c>BatchLoader</c>.</summary>
public abstract class Sampler
{
    /// <summary>
    /// Returns the indices of the images of one epoch, in order; an index may come more than once. The same arguments always give the same
    /// order.
    /// </summary>
    /// <param name="dataset">The dataset that the indices refer to.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, 0-based.</param>
    public abstract int[] Order(ImageDataset dataset, int seed, int epoch);

    /// <summary>Returns the number of images in every epoch's <see cref="Order"/>; by default the dataset's.</summary>
    public virtual int Count(ImageDataset dataset) => dataset.Count;
}
