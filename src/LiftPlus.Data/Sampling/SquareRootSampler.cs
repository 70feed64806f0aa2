namespace LiftPlus.Data;

/// <summary>
/// Draws a class in proportion to the square root of its count (arXiv 1910.09217, q = 1/2), halfway between <see cref="ShuffleSampler"/>
/// and <see cref="ClassBalancedSampler"/>. An epoch has as many draws as the dataset has images.
/// </summary>
internal sealed class SquareRootSampler : Sampler
{
    /// <inheritdoc/>
    public override int[] Order(ImageDataset dataset, int seed, int epoch) =>
        ClassDraws.Order(dataset, count => Math.Sqrt(count), new StreamRandom(seed, epoch, -1));
}
