using LiftPlus.Backbones;
using LiftPlus.Data;
using LiftPlus.Processes;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>Reads the images anew in every epoch.</summary>
internal sealed class ImageBatches : TrainingBatches
{
    private readonly FineTunedModel _model;
    private readonly BatchLoader _loader;

    public ImageBatches(FineTunedModel model, ImageDataset train, FineTuningServices services)
        : this(model, train, services, model.Recipe.Sampler.CreateSampler()) { }

    private ImageBatches(FineTunedModel model, ImageDataset train, FineTuningServices services, Sampler sampler)
        : base(train, model.Recipe.Training, sampler)
    {
        _model = model;
        PreprocessConfig preprocess = model.Backbone.Config.Preprocess;
        TrainingOptions training = model.Recipe.Training;
        _loader = new BatchLoader(
            train,
            model.Recipe.Augmentation.CreatePipeline(preprocess.ImageSize, preprocess.Resizing),
            new PixelNormalizer(preprocess.Mean, preprocess.Std),
            sampler,
            new BatchLoaderOptions
            {
                BatchSize = MicroBatchSize,
                Workers = training.LoaderWorkers,
                Seed = training.Seed,
                // A micro-batch without images would put those of the other processes out of step.
                Unreadable = services.Processes.IsAlone ? training.Unreadable : UnreadablePolicy.Fail,
                Cache = services.ImageCache,
            },
            services.Decoder
        );
    }

    public override TimeSpan WaitTime => _loader.WaitTime;

    public override IReadOnlyList<UnreadableImage> Skipped => _loader.Skipped;

    public override string? CacheFault => _loader.Cache?.Fault;

    public override IEnumerable<ImageBatch> ReadEpoch(
        int epoch,
        double progress,
        int firstBatch,
        int step,
        CancellationToken cancellationToken
    ) => _loader.ReadSome(epoch, progress, firstBatch, step, cancellationToken).OfType<ImageBatch>();

    public override Tensor Logits(Tensor images)
    {
        if (!_model.TrainsClassifierOnly)
            return _model.Logits(images);
        using DisposeScope scope = NewDisposeScope();
        Tensor features;
        using (no_grad())
            features = _model.Backbone.EncodeImage(images);
        return _model.Classifier.forward(features).MoveToOuterDisposeScope();
    }

    public override void Dispose() => _loader.Dispose();
}
