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
    ParameterAverage? average,
    RunCheckpoints? checkpoints,
    FineTuningServices services,
    IProgress<TrainingProgress> progress
)
{
    private readonly EarlyStoppingOptions? _stopping = model.Recipe.Training.EarlyStopping;

    /// <summary>Evaluates the model, with averaged parameters if there are any, and compares it with the best so far.</summary>
    public TrainingState Run(TrainingState state, TrainingProgress snapshot, CancellationToken cancellationToken)
    {
        using Activity? activity = LiftPlusTelemetry.Start("validate")?.SetTag("liftplus.epoch", state.Epoch + 1);
        var clock = Stopwatch.StartNew();
        average?.Swap();
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
                cancellationToken
            );
            TrainingState judged = state.Judge(report, _stopping, checkpoints?.Options.Best);
            Log.Validated(services.Logger, state.Epoch + 1, report.Metrics.Overall, report.Metrics.MeanClass);
            if (judged.BestModel?.Epoch == state.Epoch + 1)
                checkpoints!.SaveBest(model, judged.BestModel);
            progress.Report(snapshot with { Validation = report, Elapsed = snapshot.Elapsed + clock.Elapsed });
            return judged;
        }
        finally
        {
            average?.Swap();
        }
    }

    /// <summary>Returns whether the accuracy has stopped improving.</summary>
    public bool Stops(TrainingState state)
    {
        if (_stopping is null || state.Stopping is not BestValue best || state.Epoch - best.Epoch < _stopping.Patience)
            return false;
        Log.StoppedEarly(services.Logger, state.Epoch, _stopping.Metric, best.Value, _stopping.Patience);
        return true;
    }
}
