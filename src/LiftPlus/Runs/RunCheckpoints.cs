using System.Diagnostics;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace LiftPlus.Runs;

/// <summary>
/// The checkpoints of one run: what it depends on, and the folder they go to. One that cannot be written (a full disk) is missed with a warning, and
/// the next is tried when it is due: it must not end a night's run.
/// </summary>
internal sealed class RunCheckpoints(CheckpointFolder folder, RunIdentity run, ILogger logger)
{
    private TrainingState? _kept; // in the newest file
    private TimeSpan? _tried;

    public CheckpointOptions Options => folder.Options;

    /// <summary>The newest checkpoint's path; null while there is none.</summary>
    public string? Newest { get; private set; } = folder.Newest;

    /// <summary>Whether one is to be written after a step.</summary>
    public bool IsDue(TrainingState state)
    {
        _tried ??= state.Elapsed; // the time counts from the first step
        return state.Step % (Options.EverySteps ?? long.MaxValue) == 0 || state.Elapsed - _tried >= Options.Every;
    }

    /// <summary>Writes a checkpoint, unless this state is the newest already.</summary>
    public void Save(TrainingState state, IReadOnlyCollection<KeyValuePair<string, Tensor>> tensors)
    {
        if (ReferenceEquals(state, _kept))
            return;
        using Activity? activity = LiftPlusTelemetry.Start("save checkpoint");
        _tried = state.Elapsed;
        if (Try($"The checkpoint of step {state.Step}", () => Newest = folder.Save(run, state, tensors)))
            _kept = state;
    }

    /// <summary>Keeps a model as the best so far.</summary>
    public void SaveBest(FineTunedModel model, BestValue best)
    {
        if (Try($"The best model, of epoch {best.Epoch},", () => folder.SaveBest(model)))
            RunLog.Best(logger, Options.Best!.Value, best.Epoch, best.Value);
    }

    private bool Try(string what, Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception e) when (e is LiftPlusException or IOException or UnauthorizedAccessException)
        {
            RunLog.CheckpointMissed(logger, what, e.Message, Newest ?? "none");
            return false;
        }
    }
}
