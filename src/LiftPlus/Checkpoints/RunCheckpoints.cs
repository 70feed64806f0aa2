using LiftPlus.Training;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace LiftPlus.Checkpoints;

/// <summary>The checkpoints of one run: what it depends on, and the folder they go to.</summary>
internal sealed class RunCheckpoints(CheckpointFolder folder, RunIdentity run, ILogger logger)
{
    private TimeSpan? _written;

    public CheckpointOptions Options => folder.Options;

    /// <summary>The newest checkpoint's path; null while there is none.</summary>
    public string? Newest => folder.Newest;

    /// <summary>Whether one is to be written after a step.</summary>
    public bool IsDue(TrainingState state)
    {
        _written ??= state.Elapsed; // the time counts from the first step
        return state.Step % (Options.EverySteps ?? long.MaxValue) == 0 || state.Elapsed - _written >= Options.Every;
    }

    /// <exception cref="LiftPlusException">The file cannot be written. Earlier ones stay.</exception>
    public void Save(TrainingState state, IReadOnlyCollection<KeyValuePair<string, Tensor>> tensors)
    {
        folder.Save(run, state, tensors);
        _written = state.Elapsed;
    }

    /// <summary>Keeps a model as the best so far.</summary>
    public void SaveBest(FineTunedModel model, BestValue best)
    {
        folder.SaveBest(model);
        Log.Best(logger, Options.Best!.Value, best.Epoch, best.Value);
    }
}
