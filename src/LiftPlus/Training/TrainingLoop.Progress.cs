namespace LiftPlus.Training;

/// <summary>What the loop reports of itself.</summary>
internal sealed partial class TrainingLoop
{
    /// <summary>Time since the run began, without the time between its parts.</summary>
    public TimeSpan Elapsed => _start.Elapsed + _clock.Elapsed;

    private double Rate => _state.Images / Math.Max(_state.Training.TotalSeconds, 1e-9);

    private TrainingProgress Snapshot(TrainingPhase phase, double learningRate) =>
        new()
        {
            Phase = phase,
            Epoch = _state.Epoch + 1,
            Epochs = _options.Epochs,
            Step = _state.Step,
            Steps = _steps,
            Loss = _state.Loss ?? 0,
            Accuracy = _state.Accuracy ?? 0,
            Many = _state.AccuracyOf(ShotGroup.Many),
            Medium = _state.AccuracyOf(ShotGroup.Medium),
            Few = _state.AccuracyOf(ShotGroup.Few),
            LearningRate = learningRate,
            ImagesPerSecond = Rate,
            MemoryBytes = Environment.WorkingSet,
            DataWait = _batches.WaitTime / (_state.Training - _start.Training + TimeSpan.FromTicks(1)),
            Elapsed = Elapsed,
            Remaining = _state.Step == 0 ? TimeSpan.Zero : _state.Training * ((_steps - _state.Step) / (double)_state.Step),
        };
}
