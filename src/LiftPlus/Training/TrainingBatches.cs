using LiftPlus.Data;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>What the loop trains on: batches in an epoch's order, and what the model makes of one.</summary>
internal abstract class TrainingBatches(ImageDataset train, TrainingOptions options, Sampler sampler) : IDisposable
{
    /// <summary>Images of one epoch.</summary>
    public int ImageCount { get; } = sampler.Count(train);

    /// <summary>Images of a micro-batch; the last one of an epoch may have fewer.</summary>
    public int MicroBatchSize { get; } = options.BatchSize / options.AccumulationSteps;

    /// <summary>Micro-batches of one epoch.</summary>
    public int BatchCount => (int)(((long)ImageCount + MicroBatchSize - 1) / MicroBatchSize);

    /// <summary>How long the loop has waited for batches so far.</summary>
    public virtual TimeSpan WaitTime => TimeSpan.Zero;

    /// <summary>Images that could not be read so far and were left out.</summary>
    public virtual IReadOnlyList<UnreadableImage> Skipped => [];

    /// <summary>Why the cache of decoded images has given up; null while it works, or there is none.</summary>
    public virtual string? CacheFault => null;

    /// <summary>The micro-batches of one epoch from one of them on; the caller disposes each.</summary>
    public abstract IEnumerable<ImageBatch> ReadEpoch(int epoch, double progress, int firstBatch, CancellationToken cancellationToken);

    /// <summary>Logits (B, C) of a batch's images, which are on the model's device.</summary>
    public abstract Tensor Logits(Tensor images);

    public abstract void Dispose();

    /// <summary>Images, or their features where those stay the same (<see cref="FeatureBatches.Suit"/>).</summary>
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

    /// <summary>Reads the images anew in every epoch.</summary>
    private sealed class ImageBatches : TrainingBatches
    {
        private readonly FineTunedModel _model;
        private readonly BatchLoader _loader;

        public ImageBatches(FineTunedModel model, ImageDataset train, FineTuningServices services)
            : base(train, model.Recipe.Training, model.Recipe.Sampler.CreateSampler())
        {
            _model = model;
            _loader = TrainingLoader.Create(model, train, services);
        }

        public override TimeSpan WaitTime => _loader.WaitTime;

        public override IReadOnlyList<UnreadableImage> Skipped => _loader.Skipped;

        public override string? CacheFault => _loader.Cache?.Fault;

        public override IEnumerable<ImageBatch> ReadEpoch(
            int epoch,
            double progress,
            int firstBatch,
            CancellationToken cancellationToken
        ) => _loader.ReadEpoch(epoch, progress, firstBatch, cancellationToken);

        public override Tensor Logits(Tensor images) => _model.Logits(images);

        public override void Dispose() => _loader.Dispose();
    }
}
