namespace LiftPlus.Data;

/// <summary>
/// Draws every class that has images equally often, whatever its count (arXiv 1910.09217, q = 0). An epoch has as many draws as the dataset
/// has images, so those of small classes come many times; each time an image is augmented anew.
/// </summary>
internal sealed class ClassBalancedSampler : Sampler
{
    /// <inheritdoc/>
    public override int[] Order(ImageDataset dataset, int seed, int epoch) =>
        ClassDraws.Order(dataset, _ => 1, new StreamRandom(seed, epoch, -1));
}
