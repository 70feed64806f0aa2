namespace LiftPlus.Data;

/// <summary>Takes every image once, in the dataset's order: for evaluation.</summary>
internal sealed class SequentialSampler : Sampler
{
    /// <inheritdoc/>
    public override int[] Order(ImageDataset dataset, int seed, int epoch) => [.. Enumerable.Range(0, dataset.Count)];
}
