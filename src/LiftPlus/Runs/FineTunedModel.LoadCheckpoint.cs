using LiftPlus.Runs;

namespace LiftPlus;

public sealed partial class FineTunedModel
{
    /// <summary>
    /// Loads the model of a run that was cancelled or killed, from the folder given to
    /// <see cref="LongTailFineTunerBuilder.UseCheckpoints"/>: the model of the best epoch so far if the run keeps it
    /// (<see cref="TrainingOptions.Return"/>), else the newest. The folder is only read, so that the run can still be resumed.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">
    /// As for <see cref="Load"/>. Checkpoints of earlier versions do not record where the backbone was, and need
    /// <see cref="ModelLoadOptions.Backbone"/>.
    /// </param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="LiftPlusException">
    /// There are no checkpoints, or none can be read; or the backbone is missing or not the one of the run.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static FineTunedModel LoadCheckpoint(
        string folder,
        ModelLoadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => CheckpointModel.Load(folder, options ?? new ModelLoadOptions(), cancellationToken);
}
