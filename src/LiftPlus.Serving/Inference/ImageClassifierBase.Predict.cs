using LiftPlus.Data;
using LiftPlus.Inference;

namespace LiftPlus;

public abstract partial class ImageClassifierBase
{
    /// <inheritdoc/>
    public IAsyncEnumerable<Prediction> PredictEachAsync(
        IEnumerable<ImageSource> images,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => PredictEachAsync(images.ToAsyncEnumerable(), options, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<Prediction> PredictEachAsync(
        IAsyncEnumerable<string> paths,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => PredictEachAsync(paths.Select(path => ImageSource.FromFile(path)), options, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<Prediction> PredictEachAsync(
        IEnumerable<string> paths,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => PredictEachAsync(paths.Select(ImageSource.FromFile), options, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<Prediction> PredictEachAsync(
        IAsyncEnumerable<byte[]> images,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => PredictEachAsync(images.Select(bytes => (ImageSource)bytes), options, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<Prediction> PredictEachAsync(
        IEnumerable<byte[]> images,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => PredictEachAsync(images.Select(bytes => (ImageSource)bytes), options, cancellationToken);

    /// <inheritdoc/>
    public Task<Prediction> PredictAsync(
        ImageSource image,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Predictions.OneAsync(PredictEachAsync([image], options, cancellationToken), image, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Prediction>> PredictAsync(
        IEnumerable<ImageSource> images,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Predictions.AllAsync(PredictEachAsync(images, options, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Prediction Predict(ImageSource image, PredictionOptions? options = null, CancellationToken cancellationToken = default) =>
        Predictions.Wait(() => PredictAsync(image, options, cancellationToken));

    /// <inheritdoc/>
    public IReadOnlyList<Prediction> Predict(
        IEnumerable<ImageSource> images,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Predictions.Wait(() => PredictAsync(images, options, cancellationToken));

    /// <inheritdoc/>
    public IReadOnlyList<Prediction> Predict(IEnumerable<string> paths, int top = 5, CancellationToken cancellationToken = default) =>
        Predict(paths.Select(ImageSource.FromFile), new PredictionOptions { Top = top }, cancellationToken);
}
