using LiftPlus.Data;
using LiftPlus.Training;

namespace LiftPlus;

/// <summary>
/// Fine-tunes a foundation model on long-tailed classes: a recipe and the means to carry it out. Immutable and reusable; every
/// <see cref="Fit"/> starts from the untouched backbone. Safe to use from several threads, though each fit wants all cores.
/// </summary>
public sealed class LongTailFineTuner
{
    private readonly FineTuningServices _services;

    internal LongTailFineTuner(FineTuningRecipe recipe, FineTuningServices services)
    {
        Recipe = recipe;
        _services = services;
    }

    /// <summary>What will be done.</summary>
    public FineTuningRecipe Recipe { get; }

    /// <summary>Starts a builder; with nothing but a backbone it builds LIFT+.</summary>
    public static LongTailFineTunerBuilder CreateBuilder() => new();

    /// <summary>
    /// Trains on <paramref name="train"/> from the beginning and returns the model, which the caller disposes. Where the builder was given a folder for
    /// checkpoints it must hold none yet: nothing is replaced.
    /// </summary>
    /// <param name="train">Labelled training images; the number of images per class shapes the loss.</param>
    /// <param name="validation">Images to evaluate after every epoch, with the same classes; the result appears in the progress.</param>
    /// <param name="progress">Called after every step, on the training thread.</param>
    /// <param name="cancellationToken">Stops when the step in progress is done, and leaves a checkpoint where the builder was given a folder for them.</param>
    /// <exception cref="LiftPlusException">The backbone, the data, an image or the checkpoints' folder cannot be used; the message says which and why.</exception>
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
    /// Goes on with the run whose checkpoints are in the folder given to <see cref="LongTailFineTunerBuilder.UseCheckpoints"/>, from the newest that is
    /// whole, to the result that it would have had without the interruption, bit for bit on the same machine's processor. Begins the run where there is
    /// none, so a program that may be killed and started again calls this alone. A finished run gives its model at once.
    /// </summary>
    /// <inheritdoc cref="Fit"/>
    /// <exception cref="LiftPlusException">
    /// As for <see cref="Fit"/>; or the recipe, the datasets or the backbone are not those of the checkpoint, and all that differs is listed.
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
