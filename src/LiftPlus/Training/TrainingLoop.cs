using System.Diagnostics;
using LiftPlus.Data;
using LiftPlus.Losses;
using LiftPlus.Models;
using LiftPlus.Processes;
using LiftPlus.Runs;

namespace LiftPlus.Training;

/// <summary>
/// Runs the training loop: each epoch has its learning rate and crop scale, each micro-batch goes forward and backward, and each batch ends
/// in an optimizer step.
/// </summary>
internal sealed partial class TrainingLoop : IDisposable
{
    private readonly FineTunedModel _model;
    private readonly ImageDataset _train;
    private readonly TrainingBatches _batches;
    private readonly RunTensors _tensors;
    private readonly FineTuningServices _services;
    private readonly RunCheckpoints? _checkpoints;
    private readonly IProgress<TrainingProgress> _progress;
    private readonly long _began;
    private readonly TrainingOptions _options;
    private readonly IProcessGroup _processes;
    private readonly IGradientExchange _exchange;
    private readonly StepGradient _gradient;
    private readonly StepRandomness _randomness;
    private readonly long _stepsPerEpoch;
    private TrainingState _start,
        _state;
    private StepTally _tally = new(); // of the step in progress
    private TimeSpan _epochStart; // on the clock of training time alone
    private double _lastLearningRate;
    private bool _isWhole = true; // state and tensors belong to the same step
    private string? _cacheFault;
    private EpochValidation? _validation;

    /// <param name="model">The model.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="train">The training set.</param>
    /// <param name="batches">Its batches; not owned.</param>
    /// <param name="tensors">The tensors that steps change; not owned.</param>
    /// <param name="services">Logger and metrics.</param>
    /// <param name="checkpoints">Where checkpoints go; null for nowhere.</param>
    /// <param name="progress">Receives a report of every step.</param>
    public TrainingLoop(
        FineTunedModel model,
        LongTailLoss loss,
        ImageDataset train,
        TrainingBatches batches,
        RunTensors tensors,
        FineTuningServices services,
        RunCheckpoints? checkpoints,
        IProgress<TrainingProgress> progress
    )
    {
        (_model, _train, _batches, _tensors) = (model, train, batches, tensors);
        _began = services.Time.GetTimestamp();
        (_services, _checkpoints, _progress) = (services, checkpoints, progress);
        _options = model.Recipe.Training;
        _start = _state = new TrainingState { LossScale = TrainingPrecision.InitialScale(_options.Precision) };
        _processes = services.Processes;
        _exchange = _processes.CreateExchange(tensors.Parameters);
        _gradient = StepGradient.Create(model, new GradientPass(model, loss, train, batches, _exchange), tensors, train);
        _randomness = new StepRandomness(_options.Seed, model.Device);
        _stepsPerEpoch = ((long)batches.BatchCount + _options.AccumulationSteps - 1) / _options.AccumulationSteps;
    }

    /// <summary>Continues a run from a checkpoint, whose tensors are loaded.</summary>
    public void Resume(TrainingCheckpoint checkpoint)
    {
        _start = _state = checkpoint.State;
        Log.Resumed(_services.Logger, checkpoint.Path, _state.Epoch + 1, Epochs, _state.Step);
    }

    /// <summary>Trains to the last epoch, or until early stopping ends the run.</summary>
    public void Run(ImageDataset? validationSet, CancellationToken cancellationToken)
    {
        _validation = validationSet is null ? null : new(_model, validationSet, _tensors, _services, _progress);
        if (Limit <= TimeSpan.Zero)
            Log.NoTime(_services.Logger, _options.TimeLimit!.Value);
        try
        {
            EndIfLate();
            while (!IsOver && _validation?.Stops(_state) != true)
            {
                TrainEpoch(cancellationToken);
                if (_validation is not null)
                {
                    SaveCheckpoint(); // validation may take long
                    _state = _validation.Run(_state, Snapshot(TrainingPhase.Validating, LearningRate()), cancellationToken);
                }

                _state = _state.NextEpoch();
                ProcessAgreement.Compare(_tensors, _state.Step, _processes);
                EndIfLate();
                SaveCheckpoint();
            }
        }
        catch (Exception e) when (LeavesTheStateWhole(e, cancellationToken))
        {
            SaveCheckpoint(); // of the last whole step
            throw;
        }

        Finish();
    }

    public void Dispose()
    {
        _exchange.Dispose();
        _randomness.Dispose();
    }

    // The best model was kept as a finished one.
    private void Finish()
    {
        if (_tensors.Best is KeptTensors { Tensors.Count: > 0 } best)
        {
            best.Restore();
            if (_state.BestModel!.Epoch < _state.Epoch)
                Log.ReturnsBest(_services.Logger, _options.Metric, _state.BestModel.Epoch, _state.BestModel.Value, _state.Epoch);
        }
        else
        {
            _tensors.EnterFinished();
        }

        _model.TrainingTime = Elapsed;
        _model.ValidationHistory = _state.Validations;
        _model.SkippedImages = [.. _model.SkippedImages, .. _batches.Skipped];
    }

    private void TrainEpoch(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using Activity? activity = LiftPlusTelemetry.Start("epoch")?.SetTag("liftplus.epoch", _state.Epoch + 1);
        _epochStart = Clock - _state.Training;
        _model.Train();
        _randomness.Begin(_state.Step);
        try
        {
            TakeSteps(cancellationToken);
        }
        finally
        {
            _gradient.Abandon(); // of a step that was not taken
        }

        _model.Eval();
        LogEpoch();
    }

    private void TakeSteps(CancellationToken cancellationToken)
    {
        foreach (ImageBatch? batch in ReadRounds())
        {
            AccumulateGradient(batch);
            if (_tally.MicroBatches < _options.AccumulationSteps)
                continue;
            TakeStep(cancellationToken);
            PlanIfDue(cancellationToken);
            EndIfLate();
            if (IsOver)
                break;
        }

        if (_tally.MicroBatches > 0) // the rest of the epoch
            TakeStep(cancellationToken);
    }

    // One micro-batch a round for each process; the last round of an epoch may have none for this one.
    private IEnumerable<ImageBatch?> ReadRounds()
    {
        IEnumerable<ImageBatch> own = _batches.ReadEpoch(
            _state.Epoch,
            Schedule.Progress(_state.Epoch, Epochs),
            firstBatch: _state.MicroBatch + _processes.Rank,
            step: _processes.Count,
            CancellationToken.None
        );
        int inLastRound = (_batches.BatchCount - _state.MicroBatch) % _processes.Count; // 0 for one of each
        IEnumerable<ImageBatch?> rounds = DeviceBatches.OneAhead(own, _model.Device);
        return inLastRound > 0 && _processes.Rank >= inLastRound ? rounds.Append(null) : rounds;
    }

    private void AccumulateGradient(ImageBatch? batch)
    {
        int imagesOfStep = Math.Min(_options.BatchSize, _batches.ImageCount - _state.MicroBatch * _batches.MicroBatchSize);
        _gradient.Add(batch, imagesOfStep, _state, _tally);
        if (!double.IsFinite(_tally.Loss))
            throw NonFinite("The loss", _tally.Loss, _state.Step + 1, LearningRate());
    }

    private void TakeStep(CancellationToken cancellationToken)
    {
        double learningRate = LearningRate(),
            nearby = _gradient.Complete(_state);
        if (!double.IsFinite(nearby))
            throw NonFinite("The loss or gradient near the parameters", nearby, _state.Step + 1, learningRate);
        bool isFinite = UnscaleGradient();
        double? norm = isFinite ? ClipGradient(learningRate) : null;
        _isWhole = false;
        if (isFinite) // otherwise the step is left out
        {
            _tensors.Optimizer.Step(learningRate);
            _tensors.Average?.Update(_state.Step + 1);
        }

        _tensors.Optimizer.ZeroGrad();
        CountStep(isFinite, learningRate, norm);
        _isWhole = true;
        if (_checkpoints?.IsDue(_state) == true)
            SaveCheckpoint();
        _tally = new StepTally();
        if (_processes.Any(cancellationToken.IsCancellationRequested)) // only between steps, where the state is whole
            throw new OperationCanceledException(cancellationToken);
        _randomness.Begin(_state.Step);
    }

    private bool UnscaleGradient() => _state.LossScale?.Unscale(_tensors.Parameters.Select(entry => entry.Parameter)) ?? true;

    private double? ClipGradient(double learningRate)
    {
        if (_options.ClipGradientNorm is not double limit)
            return null;
        double norm = GradientClipping.Apply(_tensors.Parameters, limit);
        return double.IsFinite(norm) ? norm : throw NonFinite("The gradient's norm", norm, _state.Step + 1, learningRate);
    }

    private void CountStep(bool isFinite, double learningRate, double? norm)
    {
        TimeSpan before = _state.Training;
        _state = _state.After(_tally, Clock - _epochStart, Elapsed) with { LossScale = _state.LossScale?.After(isFinite) };
        _lastLearningRate = learningRate;
        _services.Metrics.RecordStep(_tally.Images, _state.Training - before, _tally.Loss / _tally.Images);
        _progress.Report(Snapshot(TrainingPhase.Training, learningRate) with { GradientNorm = norm });
    }

    private double LearningRate() =>
        Schedule.CosineLearningRate(_options.LearningRate, _state.Epoch, Epochs) * Schedule.Warmup(_state.Step, _options.WarmupSteps);

    // Parameters that are not finite end the run, so that the existing checkpoints stay good.
    private void SaveCheckpoint()
    {
        if (_tensors.NonFinite() is string name)
            throw NonFinite($"A value of {name}", double.NaN, _state.Step, _lastLearningRate);
        _checkpoints?.Save(_state, _tensors.All());
    }

    private bool LeavesTheStateWhole(Exception e, CancellationToken cancellationToken) =>
        _isWhole
        && (
            e is LiftPlusException and not NonFiniteTrainingException
            || (e is OperationCanceledException && (cancellationToken.IsCancellationRequested || !_processes.IsAlone))
        );

    private NonFiniteTrainingException NonFinite(string what, double value, long step, double learningRate) =>
        new(what, value, step, learningRate, _train, _tally.Indices, _checkpoints?.Newest);
}
