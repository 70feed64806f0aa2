namespace LiftPlus.Data;

/// <summary>
/// Every class that has images is drawn equally often, whatever its count (arXiv 1910.09217, q = 0): as many draws as the dataset has
/// images, those of small classes many times over. Each time the same image comes it is augmented anew.
/// </summary>
public sealed class ClassBalancedSampler : Sampler
{
    /// <inheritdoc/>
    public override int[] Order(ImageDataset dataset, long seed, int epoch) =>
        ClassDraws.Order(dataset, _ => 1, new StreamRandom(seed, epoch, -1));
}

/// <summary>
/// A class is drawn in proportion to the square root of its count (arXiv 1910.09217, q = 1/2), halfway between <see cref="ShuffleSampler"/>
/// and <see cref="ClassBalancedSampler"/>: as many draws as the dataset has images.
/// </summary>
public sealed class SquareRootSampler : Sampler
{
    /// <inheritdoc/>
    public override int[] Order(ImageDataset dataset, long seed, int epoch) =>
        ClassDraws.Order(dataset, count => Math.Sqrt(count), new StreamRandom(seed, epoch, -1));
}
