using System.Diagnostics;
using LiftPlus.Data;
using LiftPlus.Runs;

namespace LiftPlus.Training;

/// <summary>
/// Evaluates the model on the validation set after an epoch, keeps the best model, and decides whether the run stops early.
/// </summary>
internal sealed class EpochValidation(
    FineTunedModel model,
    ImageDataset validation,
    RunTensors tensors,
    FineTuningServices services,
    IProgress<TrainingProgress> progress
)
{
    private const int MeasuredImages = 16;

    private readonly TrainingOptions _options = model.Recipe.Training;

    /// <summary>Evaluates the model as the run would return it now, and compares it with the best so far.</summary>
    public TrainingState Run(TrainingState state, TrainingProgress snapshot, CancellationToken cancellationToken)
    {
        using Activity? activity = LiftPlusTelemetry.Start("validate")?.SetTag("liftplus.epoch", state.Epoch + 1);
        long start = services.Time.GetTimestamp();
        tensors.EnterFinished();
        try
        {
            EvaluationReport report = model.Evaluate(
                validation,
                new ProgressMap<EvaluationProgress, TrainingProgress>(progress, value =>
                    snapshot with
                    {
                        Done = value.Done,
                        Total = value.Total,
                    }
                ),
                services.Processes,
                cancellationToken
            );
            TrainingState judged = state.Judge(report.Metrics, _options);
            Log.Validated(services.Logger, state.Epoch + 1, report.Metrics.Overall, report.Metrics.MeanClass);
            if (judged.BestModel!.Epoch == state.Epoch + 1)
                tensors.Best?.Keep();
            Duration = services.Time.GetElapsedTime(start);
            progress.Report(snapshot with { Validation = report, Elapsed = snapshot.Elapsed + Duration });
            return judged;
        }
        finally
        {
            tensors.LeaveFinished();
        }
    }

    /// <summary>Gets the time of the last validation, or of a first measurement.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>Estimates the time of a validation from a few images, evaluated twice because the first time is slower.</summary>
    public TimeSpan Measure(CancellationToken cancellationToken)
    {
        int count = Math.Min(MeasuredImages, validation.Count);
        ImageDataset few = validation.Subset([.. Enumerable.Range(0, count)]);
        model.Evaluate(few, null, services.Processes, cancellationToken);
        long start = services.Time.GetTimestamp();
        model.Evaluate(few, null, services.Processes, cancellationToken);
        return Duration = services.Time.GetElapsedTime(start) * ((double)validation.Count / count);
    }

    /// <summary>Returns whether the accuracy has stopped improving.</summary>
    public bool Stops(TrainingState state)
    {
        if (
            _options.EarlyStopping is not EarlyStoppingOptions stopping
            || state.Stopping is not BestValue best
            || state.Epoch - best.Epoch < stopping.Patience
        )
            return false;
        Log.StoppedEarly(services.Logger, state.Epoch, _options.Metric, best.Value, stopping.Patience);
        return true;
    }
}
