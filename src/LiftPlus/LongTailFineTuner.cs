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

    /// <summary>Trains on <paramref name="train"/> and returns the model, which the caller disposes.</summary>
    /// <param name="train">Labelled training images; the number of images per class shapes the loss.</param>
    /// <param name="validation">Images to evaluate after every epoch, with the same classes; the result appears in the progress.</param>
    /// <param name="progress">Called after every step, on the training thread.</param>
    /// <param name="cancellationToken">Stops within one step.</param>
    /// <exception cref="LiftPlusException">The backbone, the data or a picture cannot be used; the message says which and why.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public FineTunedModel Fit(
        ImageDataset train,
        ImageDataset? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var run = new TrainingRun(Recipe, _services, train, validation, progress);
        return run.Execute(cancellationToken);
    }

    /// <inheritdoc cref="Fit"/>
    public Task<FineTunedModel> FitAsync(
        ImageDataset train,
        ImageDataset? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        Task.Factory.StartNew(
            () => Fit(train, validation, progress, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
}
