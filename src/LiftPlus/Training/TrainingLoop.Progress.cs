using LiftPlus.Models;

namespace LiftPlus.Training;

/// <summary>Reports on the loop.</summary>
internal sealed partial class TrainingLoop
{
    /// <summary>Gets the time since the run began, without the time between its parts.</summary>
    public TimeSpan Elapsed => _start.Elapsed + Clock;

    private TimeSpan Clock => _services.Time.GetElapsedTime(_began);

    private double ImagesPerSecond => _state.Images / Math.Max(_state.Training.TotalSeconds, 1e-9);

    private TrainingProgress Snapshot(TrainingPhase phase, double learningRate)
    {
        long steps = _state.Plan?.Steps ?? _options.Epochs * _stepsPerEpoch;
        return new TrainingProgress
        {
            Phase = phase,
            Epoch = _state.Epoch + 1,
            Epochs = Epochs,
            Done = _state.Step,
            Total = steps,
            Step = _state.Step,
            Loss = _state.Loss ?? 0,
            Accuracy = 100 * (_state.Accuracy ?? 0),
            Many = 100 * _state.AccuracyOf(ShotGroup.Many),
            Medium = 100 * _state.AccuracyOf(ShotGroup.Medium),
            Few = 100 * _state.AccuracyOf(ShotGroup.Few),
            LearningRate = learningRate,
            ImagesPerSecond = ImagesPerSecond,
            MemoryBytes = Environment.WorkingSet,
            DataWait = _batches.WaitTime / (_state.Training - _start.Training + TimeSpan.FromTicks(1)),
            Elapsed = Elapsed,
            Remaining = _state.Step == 0 ? TimeSpan.Zero : _state.Training * ((steps - _state.Step) / (double)_state.Step),
        };
    }

    private void LogEpoch()
    {
        if (_cacheFault is null && (_cacheFault = _batches.CacheFault) is string fault)
            ModelLog.Remarked(_services.Logger, fault);
        Log.EpochEnded(_services.Logger, _state.Epoch + 1, Epochs, _state.Loss ?? 0, _state.Accuracy ?? 0, LearningRate(), ImagesPerSecond);
    }
}
