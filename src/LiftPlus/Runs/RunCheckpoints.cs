using System.Diagnostics;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace LiftPlus.Runs;

/// <summary>
/// Writes the checkpoints of one run, in process 0. If one cannot be written, for example because the disk is full, training goes on with a
/// warning, and the next is tried when it is due.
/// </summary>
internal sealed class RunCheckpoints(CheckpointFolder folder, RunIdentity run, ILogger logger)
{
    private TrainingState? _kept; // in the newest file
    private TimeSpan? _tried;

    public CheckpointOptions Options => folder.Options;

    /// <summary>Gets the path of the newest checkpoint; null if there are none.</summary>
    public string? Newest { get; private set; } = folder.Newest;

    /// <summary>Returns whether a checkpoint is due after a step.</summary>
    public bool IsDue(TrainingState state)
    {
        _tried ??= state.Elapsed; // the time counts from the first step
        return state.Step % (Options.EverySteps ?? long.MaxValue) == 0 || state.Elapsed - _tried >= Options.Every;
    }

    /// <summary>Writes a checkpoint, unless the newest has this state already.</summary>
    public void Save(TrainingState state, IReadOnlyCollection<KeyValuePair<string, Tensor>> tensors)
    {
        if (ReferenceEquals(state, _kept))
            return;
        using Activity? activity = LiftPlusTelemetry.Start("save checkpoint");
        _tried = state.Elapsed;
        if (Try($"The checkpoint of step {state.Step}", () => Newest = folder.Save(run, state, tensors)))
            _kept = state;
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
