using LiftPlus.Runs;

namespace LiftPlus.Training;

/// <summary>Fits the run into its time limit.</summary>
internal sealed partial class TrainingLoop
{
    private const int MeasuredSteps = 10;
    private const double MeasuredShare = 0.05; // of the limit, at most
    private const double Reserve = 0.02; // of the limit, for what the measurement did not see

    private (long Step, TimeSpan Training)? _measuredFrom; // the first step of a process is slower

    /// <summary>Gets the time that this loop may take; null for any.</summary>
    public TimeSpan? Limit { get; init; }

    private int Epochs => _state.Plan?.Epochs ?? _options.Epochs;

    private bool IsOver => _state.Epoch >= Epochs || _state.Step >= (_state.Plan?.Steps ?? long.MaxValue);

    private TimeSpan StepTime =>
        _measuredFrom is var (step, training) && _state.Step > step ? (_state.Training - training) / (_state.Step - step) : TimeSpan.Zero;

    // A run that has no time for another step is complete as it is, also when it is resumed.
    private void EndIfLate()
    {
        if (!IsOver && Elapsed + StepTime + (_validation?.Duration ?? TimeSpan.Zero) >= Limit)
            _state = _state with { Plan = new TrainingPlan(Math.Max(_state.Epoch, 1), _state.Step) };
    }

    // Once, after the first steps: a resumed run has its plan in the checkpoint.
    private void PlanIfDue(CancellationToken cancellationToken)
    {
        _measuredFrom ??= (_state.Step, _state.Training);
        if (Limit is not TimeSpan limit || _state.Plan is not null || StepTime == TimeSpan.Zero)
            return;
        if (_state.Step - _measuredFrom.Value.Step < MeasuredSteps && Elapsed < MeasuredShare * limit)
            return;
        TimeSpan validation = _validation?.Measure(cancellationToken) ?? TimeSpan.Zero;
        _model.Train();
        _state = _state with
        {
            Plan = TrainingPlan.Fit(_state.Step, (1 - Reserve) * limit - Elapsed, StepTime, validation, _stepsPerEpoch, _options.Epochs),
        };
        Log.Planned(_services.Logger, limit, _state.Plan.Steps, _state.Plan.Epochs, StepTime.TotalSeconds, validation.TotalSeconds);
    }
}
