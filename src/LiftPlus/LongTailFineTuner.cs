using LiftPlus.Data;
using LiftPlus.Sweeps;
using LiftPlus.Training;
using LiftPlus.Validation;

namespace LiftPlus;

/// <summary>
/// Fine-tunes a foundation model on long-tailed classes by a recipe. Immutable and reusable: every <see cref="Fit"/> starts from the
/// untouched backbone, or from the model of <see cref="LongTailFineTunerBuilder.UseInitialModel(FineTunedModel)"/>. Safe
/// to use from several threads, although each run uses all cores.
/// </summary>
public sealed class LongTailFineTuner
{
    internal LongTailFineTuner(FineTuningRecipe recipe, FineTuningServices services)
    {
        Recipe = recipe;
        Services = services;
    }

    /// <summary>Gets the recipe.</summary>
    public FineTuningRecipe Recipe { get; }

    internal FineTuningServices Services { get; }

    /// <summary>Creates a builder. <see cref="LongTailFineTunerBuilder.Build"/> says what it builds from nothing but a backbone.</summary>
    public static LongTailFineTunerBuilder CreateBuilder() => new();

    /// <summary>
    /// Trains on <paramref name="train"/> from the beginning and returns the model, which the caller disposes. A folder for checkpoints
    /// must not hold any yet: nothing is overwritten.
    /// </summary>
    /// <param name="train">Labelled training images. The number of images per class enters the loss.</param>
    /// <param name="validation">Images of the same classes, evaluated after every epoch. The result is part of the progress.</param>
    /// <param name="progress">Called after every step, on the training thread.</param>
    /// <param name="cancellationToken">Stops after the current step, and writes a checkpoint if the builder has a folder for them.</param>
    /// <exception cref="LiftPlusException">
    /// The backbone, the data, an image or the folder of checkpoints cannot be used; the message says which and why.
    /// </exception>
    /// <exception cref="NonFiniteTrainingException">A loss, gradient or parameter is NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public FineTunedModel Fit(
        ImageDataset train,
        ImageDataset? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        using var run = new TrainingRun(Recipe, Services, train, validation, progress);
        return run.Execute(resume: false, cancellationToken);
    }

    /// <summary>
    /// Returns the model that <see cref="Fit"/> starts from, before the first step: the methods and the classifier have their initial
    /// values. The caller disposes it. Checkpoints are not touched.
    /// </summary>
    /// <param name="train">Labelled training images, from which the classifier may be initialised.</param>
    /// <param name="validation">As for <see cref="Fit"/>.</param>
    /// <param name="cancellationToken">Stops the initialisation.</param>
    /// <exception cref="LiftPlusException">As for <see cref="Fit"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public FineTunedModel Start(ImageDataset train, ImageDataset? validation = null, CancellationToken cancellationToken = default)
    {
        FineTuningServices services = Services with { CheckpointFolder = null, Recorders = [] };
        using var run = new TrainingRun(Recipe, services, train, validation, progress: null) { OnlyStarts = true };
        return run.Execute(resume: false, cancellationToken);
    }

    /// <summary>
    /// Starts a new run, continues an interrupted one, or returns the model of a finished one, by the checkpoints in the folder given to
    /// <see cref="LongTailFineTunerBuilder.UseCheckpoints"/>. A continued run has the result of an uninterrupted one, bit for bit on the
    /// processor of the same machine with the same number of threads. A program that may be interrupted always calls this method.
    /// </summary>
    /// <inheritdoc cref="Fit"/>
    /// <exception cref="LiftPlusException">
    /// As for <see cref="Fit"/>; or the recipe, the datasets, the backbone or the decoder differ from those of the checkpoint; every
    /// difference is listed.
    /// </exception>
    public FineTunedModel Resume(
        ImageDataset train,
        ImageDataset? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        if (Services.CheckpointFolder is null)
            throw new LiftPlusException("There are no checkpoints to resume from. Give the builder their folder with UseCheckpoints.");
        using var run = new TrainingRun(Recipe, Services, train, validation, progress);
        return run.Execute(resume: true, cancellationToken);
    }

    /// <inheritdoc cref="Fit"/>
    public Task<FineTunedModel> FitAsync(
        ImageDataset train,
        ImageDataset? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => RunOnDedicatedThread(() => Fit(train, validation, progress, cancellationToken), cancellationToken);

    /// <inheritdoc cref="Resume"/>
    public Task<FineTunedModel> ResumeAsync(
        ImageDataset train,
        ImageDataset? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => RunOnDedicatedThread(() => Resume(train, validation, progress, cancellationToken), cancellationToken);

    /// <summary>
    /// Compares candidates with this fine-tuner's recipe on repeated stratified hold-outs of the training images: each is trained on a part
    /// of them and evaluated on the rest, several times. All share the backbone, the check of the images and the cache of
    /// <see cref="LongTailFineTunerBuilder.UseImageCache"/>. Without candidates, this measures the recipe by cross-validation.
    /// </summary>
    /// <param name="train">Labelled training images.</param>
    /// <param name="candidates">What to try in place of the recipe, each under a name.</param>
    /// <param name="options">The metric, the repeats, and a folder to continue from; null for the defaults.</param>
    /// <param name="progress">Called after every step and every run, on the training thread.</param>
    /// <param name="cancellationToken">Stops after the current step.</param>
    /// <returns>The figures of every candidate, and the recipe to train with.</returns>
    /// <exception cref="LiftPlusException">
    /// An option, a candidate, the backbone, the data or the folder cannot be used; the message says which and why.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<SweepResult> SweepAsync(
        ImageDataset train,
        IEnumerable<SweepCandidate> candidates,
        SweepOptions? options = null,
        IProgress<SweepProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) =>
        RunOnDedicatedThread(
            () =>
            {
                options ??= new SweepOptions();
                OptionsValidator.ThrowIfInvalid(options);
                using Sweep sweep = new(Services, train, SweepCandidate.Resolve(candidates, this), options, progress);
                return sweep.Execute(cancellationToken);
            },
            cancellationToken
        );

    private static Task<T> RunOnDedicatedThread<T>(Func<T> run, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(run, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
