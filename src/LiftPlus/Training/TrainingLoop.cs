using System.Diagnostics;
using LiftPlus.Backbones;
using LiftPlus.Data;
using LiftPlus.Losses;
using LiftPlus.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>The training loop, top to bottom: for each epoch its learning rate and crop scale, for each batch forward, backward, step.</summary>
internal sealed class TrainingLoop(
    FineTunedModel model,
    LongTailLoss loss,
    ImageDataset train,
    ImageDataset? validation,
    FineTuningServices services,
    IProgress<TrainingProgress>? progress)
{
    private readonly TrainingOptions _options = model.Recipe.Training;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private MovingAverage _loss = new(), _accuracy = new();
    private long _step, _steps, _images;
    private TimeSpan _training;

    public void Run(CancellationToken cancellationToken)
    {
        int microBatch = _options.BatchSize / _options.AccumulationSteps;
        using BatchLoader loader = CreateLoader(microBatch);
        long microBatches = loader.BatchCount;
        _steps = _options.Epochs * ((microBatches + _options.AccumulationSteps - 1) / _options.AccumulationSteps);

        using Optimizer optimizer = _options.Optimizer.CreateOptimizer(
            TrainableParameters.Of(model.Backbone, model.Classifier).Select(entry => new OptimizedParameter(entry.Name, entry.Parameter)));

        for (int epoch = 0; epoch < _options.Epochs; epoch++)
        {
            double learningRate = Schedule.CosineLearningRate(_options.LearningRate, epoch, _options.Epochs);
            RunEpoch(loader, optimizer, epoch, learningRate, cancellationToken);
            if (loader.Cache?.Fault is string fault)
                Log.Remarked(services.Logger, fault);
            Log.EpochEnded(services.Logger, epoch + 1, _options.Epochs, _loss.Value, _accuracy.Value, learningRate, Rate);
            if (validation is not null)
                Validate(epoch, learningRate, cancellationToken);
        }

        model.SkippedPictures = [.. model.SkippedPictures, .. loader.Skipped];
    }

    private double Rate => _images / Math.Max(_training.TotalSeconds, 1e-9);

    private void RunEpoch(BatchLoader loader, Optimizer optimizer, int epoch, double learningRate, CancellationToken cancellationToken)
    {
        model.Train();
        TimeSpan start = _clock.Elapsed - _training;
        int pending = 0; // micro-batches whose gradients wait for a step
        foreach (ImageBatch batch in loader.ReadEpoch(epoch, Schedule.Progress(epoch, _options.Epochs), cancellationToken))
        {
            using (batch)
                Accumulate(batch);
            if (++pending == _options.AccumulationSteps)
                Step();
            _training = _clock.Elapsed - start;
        }

        if (pending > 0)
            Step();
        model.Eval();

        void Step()
        {
            optimizer.Step(learningRate);
            optimizer.ZeroGrad();
            pending = 0;
            _step++;
            progress?.Report(Snapshot(TrainingPhase.Training, epoch, learningRate) with { DataWait = loader.WaitTime / _training });
        }
    }

    // One micro-batch: its gradients are added to those that are there.
    private void Accumulate(ImageBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = batch.Images.to(model.Device), labels = batch.Labels.to(model.Device); // (B, 3, R, R), (B)
        Tensor logits = model.Logits(images); // (B, C)
        Tensor value = loss.forward(logits, labels);
        (_options.AccumulationSteps == 1 ? value : TensorMath.Scale(value, 1.0 / _options.AccumulationSteps)).backward();

        using Tensor hits = logits.detach().argmax(1).eq(labels).sum();
        _loss = _loss.With(value.item<float>());
        _accuracy = _accuracy.With(hits.item<long>() / (double)batch.Count);
        _images += batch.Count;
    }

    private void Validate(int epoch, double learningRate, CancellationToken cancellationToken)
    {
        TrainingProgress snapshot = Snapshot(TrainingPhase.Validating, epoch, learningRate);
        var relay = new Relay(progress, snapshot);
        EvaluationReport report = model.Evaluate(validation!, relay, cancellationToken);
        Log.Validated(services.Logger, epoch + 1, report.Metrics.Overall, report.Metrics.MeanClass);
        progress?.Report(snapshot with { Validation = report, Elapsed = _clock.Elapsed });
    }

    private TrainingProgress Snapshot(TrainingPhase phase, int epoch, double learningRate) => new()
    {
        Phase = phase,
        Epoch = epoch + 1,
        Epochs = _options.Epochs,
        Step = _step,
        Steps = _steps,
        Loss = _loss.Value,
        Accuracy = _accuracy.Value,
        LearningRate = learningRate,
        ImagesPerSecond = Rate,
        Elapsed = _clock.Elapsed,
        Remaining = _step == 0 ? TimeSpan.Zero : _training * ((_steps - _step) / (double)_step),
    };

    private BatchLoader CreateLoader(int batchSize)
    {
        PreprocessConfig preprocess = model.Backbone.Config.Preprocess;
        AugmentationOptions augmentation = model.Recipe.Augmentation;
        return new BatchLoader(
            train,
            TransformPipeline.Training(preprocess.ImageSize, augmentation.Kind, augmentation.Schedule),
            new PixelNormalizer(preprocess.Mean, preprocess.Std),
            model.Recipe.Sampler.CreateSampler(),
            new BatchLoaderOptions { BatchSize = batchSize, Workers = _options.LoaderWorkers, Seed = _options.Seed, Unreadable = _options.Unreadable, Cache = services.PictureCache },
            services.Decoder);
    }

    private readonly record struct MovingAverage(double Value, bool Started)
    {
        public MovingAverage With(double value) => new(Started ? 0.9 * Value + 0.1 * value : value, true);
    }

    private sealed class Relay(IProgress<TrainingProgress>? progress, TrainingProgress snapshot) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => progress?.Report(snapshot with { Step = value.Batch, Steps = value.Batches });
    }
}
