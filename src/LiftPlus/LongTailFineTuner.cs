using LiftPlus.Data;
using LiftPlus.Training;

namespace LiftPlus;

/// <summary>
/// Fine-tunes a foundation model on long-tailed classes. It is immutable and reusable, and every <see cref="Fit"/> starts from the
/// untouched backbone. It may be used from several threads, although each run uses all cores.
/// </summary>
public sealed class LongTailFineTuner
{
    private readonly FineTuningServices _services;

    internal LongTailFineTuner(FineTuningRecipe recipe, FineTuningServices services)
    {
        Recipe = recipe;
        _services = services;
    }

    /// <summary>Gets the recipe.</summary>
    public FineTuningRecipe Recipe { get; }

    /// <summary>Creates a builder. With nothing but a backbone it builds LIFT+.</summary>
    public static LongTailFineTunerBuilder CreateBuilder() => new();

    /// <summary>
    /// Trains on <paramref name="train"/> from the beginning and returns the model, which the caller disposes. If the builder was given a
    /// checkpoint folder, the folder must not contain checkpoints: nothing is replaced.
    /// </summary>
    /// <param name="train">The training images. The number of images per class determines the loss.</param>
    /// <param name="validation">
    /// Images of the same classes that are evaluated after every epoch; the result appears in the progress.
    /// </param>
    /// <param name="progress">Receives the progress after every step, on the training thread.</param>
    /// <param name="cancellationToken">
    /// Stops after the step in progress, and writes a checkpoint if the builder was given a folder for them.
    /// </param>
    /// <exception cref="LiftPlusException">
    /// The backbone, the data, an image or the checkpoint folder cannot be used; the message says which and why.
    /// </exception>
    /// <exception cref="NonFiniteTrainingException">A loss, gradient or parameter became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public FineTunedModel Fit(
        ImageDataset train,
        ImageDataset? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        using var run = new TrainingRun(Recipe, _services, train, validation, progress);
        return run.Execute(resume: false, cancellationToken);
    }

    /// <summary>
    /// Continues the run whose checkpoints are in the folder given to <see cref="LongTailFineTunerBuilder.UseCheckpoints"/>, from the
    /// newest one that is intact. On the same machine's CPU the result is bit for bit that of an uninterrupted run. If there are no
    /// checkpoints, the run starts from the beginning, so a program that may be killed and restarted can always call this method. For a
    /// finished run the model is returned at once.
    /// </summary>
    /// <inheritdoc cref="Fit"/>
    /// <exception cref="LiftPlusException">
    /// As for <see cref="Fit"/>; or recipe, datasets or backbone differ from those of the checkpoint, and all differences are listed.
    /// </exception>
    public FineTunedModel Resume(
        ImageDataset train,
        ImageDataset? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        if (_services.CheckpointFolder is null)
            throw new LiftPlusException(
                "There is nowhere to resume from: give the builder the folder of the checkpoints with UseCheckpoints."
            );
        using var run = new TrainingRun(Recipe, _services, train, validation, progress);
        return run.Execute(resume: true, cancellationToken);
    }

    /// <inheritdoc cref="Fit"/>
    public Task<FineTunedModel> FitAsync(
        ImageDataset train,
        ImageDataset? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => OnThreadOfItsOwn(() => Fit(train, validation, progress, cancellationToken), cancellationToken);

    /// <inheritdoc cref="Resume"/>
    public Task<FineTunedModel> ResumeAsync(
        ImageDataset train,
        ImageDataset? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => OnThreadOfItsOwn(() => Resume(train, validation, progress, cancellationToken), cancellationToken);

    private static Task<FineTunedModel> OnThreadOfItsOwn(Func<FineTunedModel> run, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(run, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
