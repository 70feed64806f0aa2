using LiftPlus.Data;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>Provides what the loop trains on: micro-batches in an epoch's order, and the model's logits for one.</summary>
internal abstract class TrainingBatches(ImageDataset train, TrainingOptions options, Sampler sampler) : IDisposable
{
    /// <summary>Gets the number of images of one epoch.</summary>
    public int ImageCount { get; } = sampler.Count(train);

    /// <summary>Gets the number of images of a micro-batch; the last one of an epoch may have fewer.</summary>
    public int MicroBatchSize { get; } = options.BatchSize / options.AccumulationSteps;

    /// <summary>Gets the number of micro-batches of one epoch.</summary>
    public int BatchCount => (int)(((long)ImageCount + MicroBatchSize - 1) / MicroBatchSize);

    /// <summary>Gets how long the loop has waited for batches so far.</summary>
    public virtual TimeSpan WaitTime => TimeSpan.Zero;

    /// <summary>Gets the images left out so far because they could not be read.</summary>
    public virtual IReadOnlyList<UnreadableImage> Skipped => [];

    /// <summary>Gets why the cache of decoded images has stopped; null while it works, or without a cache.</summary>
    public virtual string? CacheFault => null;

    /// <summary>
    /// Reads every <paramref name="step"/>-th micro-batch of one epoch, starting at <paramref name="firstBatch"/>. The caller disposes
    /// each.
    /// </summary>
    public abstract IEnumerable<ImageBatch> ReadEpoch(
        int epoch,
        double progress,
        int firstBatch,
        int step,
        CancellationToken cancellationToken
    );

    /// <summary>Computes the logits (B, C) of a batch's images, which are on the model's device.</summary>
    public abstract Tensor Logits(Tensor images);

    public abstract void Dispose();

    /// <summary>Creates batches of images, or of their features if those stay the same (<see cref="FeatureBatches.Suit"/>).</summary>
    public static TrainingBatches Create(
        FineTunedModel model,
        ImageDataset train,
        FineTuningServices services,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken
    ) =>
        FeatureBatches.Suit(model)
            ? FeatureBatches.Compute(model, train, services, progress, cancellationToken)
            : new ImageBatches(model, train, services);
}
