using System.Runtime.CompilerServices;
using LiftPlus.Data;
using LiftPlus.Inference;
using LiftPlus.Lifetimes;
using LiftPlus.Validation;

namespace LiftPlus;

/// <summary>
/// Represents a model in memory that classifies images, whether TorchSharp or another runtime computes it. Owns native memory; dispose it.
/// </summary>
/// <remarks>
/// Predictions may run on several threads. <see cref="Dispose"/> may be called while they do: see there. After it, every member throws
/// <see cref="ObjectDisposedException"/>.
/// </remarks>
public abstract partial class ImageClassifierBase : IImageClassifier, IDisposable
{
    private readonly Lifetime _lifetime;

    private protected ImageClassifierBase() => _lifetime = new Lifetime(this, FreeAll);

    /// <inheritdoc/>
    public abstract IReadOnlyList<string> ClassNames { get; }

    /// <summary>Gets what is done with an image that cannot be read.</summary>
    internal abstract UnreadablePolicy Unreadable { get; }

    /// <summary>Gets whether predictions can name training images.</summary>
    internal virtual bool KeepsTrainingImages => false;

    /// <summary>Creates what prepares images for this model as it is now.</summary>
    internal abstract ImagePreparer CreatePreparer();

    /// <summary>Runs prepared images, of which there is at least one, through the model.</summary>
    /// <param name="images">The images; not disposed.</param>
    /// <param name="features">Whether the features are returned.</param>
    internal abstract Scores Score(IReadOnlyList<PreparedImage> images, bool features);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Prediction> PredictEachAsync(
        IAsyncEnumerable<ImageSource> images,
        PredictionOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        _lifetime.Check(this); // also where there are no images
        PredictionOptions wanted = options ?? new PredictionOptions();
        OptionsValidator.ThrowIfInvalid(wanted);
        UnreadablePolicy unreadable = Unreadable;
        await foreach (
            PreparedImage[] batch in PreparedBatches
                .ReadAsync(images, CreatePreparer(), wanted.Limits, cancellationToken)
                .ConfigureAwait(false)
        )
        {
            Prediction[] predictions;
            try
            {
                if (
                    !wanted.KeepErrors
                    && unreadable == UnreadablePolicy.Fail
                    && batch.FirstOrDefault(image => image.Error is not null) is { Error: LiftPlusException error }
                )
                    throw error;
                predictions = await Task.Run(() => Predictor.Predict(this, batch, _ => wanted), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                PreparedBatches.Free(batch);
            }

            foreach (Prediction prediction in predictions.Where(prediction => prediction.Error is null || wanted.KeepErrors))
                yield return prediction;
        }
    }

    /// <summary>
    /// Frees the model. Batches and evaluations that are running are finished first, without waiting for them here; later calls and the
    /// next batch of a running prediction throw <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Dispose()
    {
        _lifetime.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Returns a value of the model.</summary>
    /// <exception cref="ObjectDisposedException">The model is freed.</exception>
    private protected T Alive<T>(T value) => _lifetime.Check(value);

    /// <summary>Keeps the memory of the model until the result is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    private protected IDisposable KeepAlive() => _lifetime.Enter();

    /// <summary>Frees the memory, once.</summary>
    private protected abstract void FreeAll();
}
