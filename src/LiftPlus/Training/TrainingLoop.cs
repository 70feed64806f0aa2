using System.Diagnostics;
using LiftPlus.Data;
using LiftPlus.Losses;
using LiftPlus.Models;
using LiftPlus.Runs;

namespace LiftPlus.Training;

/// <summary>The training loop, top to bottom: for each epoch its learning rate and crop scale, for each batch forward, backward, step.</summary>
internal sealed partial class TrainingLoop : IDisposable
{
    private readonly FineTunedModel _model;
    private readonly ImageDataset _train;
    private readonly FineTuningServices _services;
    private readonly RunCheckpoints? _checkpoints;
    private readonly IProgress<TrainingProgress> _progress;
    private readonly TrainingOptions _options;
    private readonly RunTensors _tensors;
    private readonly TrainingBatches _batches;
    private readonly GradientPass _gradients;
    private readonly StepRandomness _randomness;
    private readonly long _steps;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TrainingState _start,
        _state;
    private StepTally _step = new();
    private double _rate; // of the last step
    private string? _cacheFault;

    public TrainingLoop(
        FineTunedModel model,
        LongTailLoss loss,
        ImageDataset train,
        FineTuningServices services,
        RunCheckpoints? checkpoints,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellationToken
    )
    {
        (_model, _train, _services, _checkpoints, _progress) = (model, train, services, checkpoints, progress);
        _options = model.Recipe.Training;
        _start = _state = new TrainingState { LossScale = TrainingPrecision.InitialScale(_options.Precision) };
        _batches = TrainingBatches.Create(model, train, services, progress, cancellationToken); // may be cancelled: before anything needs freeing
        _tensors = new RunTensors(model);
        _gradients = new GradientPass(model, loss, train, _batches);
        _randomness = new StepRandomness(_options.Seed, model.Device);
        _steps = _options.Epochs * (((long)_batches.BatchCount + _options.AccumulationSteps - 1) / _options.AccumulationSteps);
    }

    /// <summary>Takes up a run where a checkpoint was written.</summary>
    public void Resume(TrainingCheckpoint checkpoint)
    {
        _tensors.Load(checkpoint);
        _start = _state = checkpoint.State;
        Log.Resumed(_services.Logger, checkpoint.Path, _state.Epoch + 1, _options.Epochs, _state.Step);
    }

    public void Run(ImageDataset? validationSet, CancellationToken cancellationToken)
    {
        EpochValidation? validation = validationSet is null
            ? null
            : new(_model, validationSet, _tensors.Average, _checkpoints, _services, _progress);
        try
        {
            while (_state.Epoch < _options.Epochs && validation?.Stops(_state) != true)
            {
                RunEpoch(cancellationToken);
                if (validation is not null)
                {
                    Save(); // it may take long
                    _state = validation.Run(_state, Snapshot(TrainingPhase.Validating, LearningRate()), cancellationToken);
                }

                _state = _state.NextEpoch();
                Save();
            }
        }
        catch (Exception e)
            when (e is LiftPlusException and not NonFiniteTrainingException
                || (e is OperationCanceledException && cancellationToken.IsCancellationRequested)
            )
        {
            Save(); // the last whole step
            throw;
        }

        _tensors.Average?.Swap(); // the finished model has the averages
        _model.SkippedImages = [.. _model.SkippedImages, .. _batches.Skipped];
    }

    public void Dispose()
    {
        _randomness.Dispose();
        _batches.Dispose();
        _tensors.Dispose();
    }

    private void RunEpoch(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int epoch = _state.Epoch;
        using Activity? activity = LiftPlusTelemetry.Start("epoch")?.SetTag("liftplus.epoch", epoch + 1);
        TimeSpan start = _clock.Elapsed - _state.Training;
        _model.Train();
        _randomness.Begin(_state.Step);
        IEnumerable<ImageBatch> batches = _batches.ReadEpoch(
            epoch,
            Schedule.Progress(epoch, _options.Epochs),
            _state.MicroBatch,
            CancellationToken.None
        );
        foreach (ImageBatch batch in DeviceBatches.OneAhead(batches, _model.Device))
        {
            using (batch)
                _gradients.Accumulate(
                    batch,
                    Math.Min(_options.BatchSize, _batches.ImageCount - _state.MicroBatch * _batches.MicroBatchSize),
                    _state.LossScale,
                    _step
                );
            if (!double.IsFinite(_step.Loss))
                throw NonFinite("The loss", _step.Loss, _state.Step + 1, LearningRate());
            if (_step.MicroBatches == _options.AccumulationSteps)
                Step();
        }

        if (_step.MicroBatches > 0) // what is left of the epoch
            Step();

        _model.Eval();
        if (_cacheFault is null && (_cacheFault = _batches.CacheFault) is string fault)
            ModelLog.Remarked(_services.Logger, fault);
        Log.EpochEnded(_services.Logger, epoch + 1, _options.Epochs, _state.Loss ?? 0, _state.Accuracy ?? 0, LearningRate(), Rate);

        void Step()
        {
            this.Step(start);
            cancellationToken.ThrowIfCancellationRequested(); // between steps only: there the state is whole
            _randomness.Begin(_state.Step);
        }
    }

    private void Step(TimeSpan epochStart)
    {
        double rate = LearningRate();
        bool isFinite = _state.LossScale?.Unscale(_tensors.Parameters.Select(entry => entry.Parameter)) ?? true; // else the step is left out
        double? norm = isFinite && _options.ClipGradientNorm is double limit ? GradientClipping.Apply(_tensors.Parameters, limit) : null;
        if (norm is double length && !double.IsFinite(length))
            throw NonFinite("The gradient's norm", length, _state.Step + 1, rate);
        if (isFinite)
        {
            _tensors.Optimizer.Step(rate);
            _tensors.Average?.Update(_state.Step + 1);
        }

        _tensors.Optimizer.ZeroGrad();

        TimeSpan before = _state.Training;
        _state = _state.After(_step, _clock.Elapsed - epochStart, Elapsed) with { LossScale = _state.LossScale?.After(isFinite) };
        _rate = rate;
        _services.Metrics.Step(_step.Images, _state.Training - before, _step.Loss / _step.Images);
        _progress.Report(Snapshot(TrainingPhase.Training, rate) with { GradientNorm = norm });
        if (_checkpoints?.IsDue(_state) == true)
            Save();
        _step = new StepTally();
    }

    private double LearningRate() =>
        Schedule.CosineLearningRate(_options.LearningRate, _state.Epoch, _options.Epochs)
        * Schedule.Warmup(_state.Step, _options.WarmupSteps);

    // Parameters that are no numbers end the run, and the checkpoints there are stay good.
    private void Save()
    {
        if (_tensors.NonFinite() is string name)
            throw NonFinite($"A value of {name}", double.NaN, _state.Step, _rate);
        _checkpoints?.Save(_state, _tensors.All());
    }

    private NonFiniteTrainingException NonFinite(string what, double value, long step, double rate) =>
        new(what, value, step, rate, _train, _step.Indices, _checkpoints?.Newest);
}
