using LiftPlus.Data;
using LiftPlus.Inference;

namespace LiftPlus;

/// <summary>
/// Classifies images. Everything but <see cref="ClassNames"/> and
/// <see cref="PredictEachAsync(IAsyncEnumerable{ImageSource}, PredictionOptions?, CancellationToken)"/> has a default implementation, so a
/// stand-in for tests has two members to write.
/// </summary>
/// <remarks>
/// Calls from several threads at once are safe. The owner of a classifier disposes it: the services of an application, or whoever created
/// or loaded the model.
/// </remarks>
public interface IImageClassifier
{
    /// <summary>Gets the class names in label order.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>
    /// Classifies images as they come and returns the predictions in the same order. Images are taken only as fast as predictions are, so
    /// memory stays at a few batches for any number of images.
    /// </summary>
    /// <param name="images">The images.</param>
    /// <param name="options">What to return for each image; null for the five likeliest classes.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="LiftPlusException">An option is out of range, or an image cannot be read; the message names it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    IAsyncEnumerable<Prediction> PredictEachAsync(
        IAsyncEnumerable<ImageSource> images,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    );

    /// <inheritdoc cref="PredictEachAsync(IAsyncEnumerable{ImageSource}, PredictionOptions?, CancellationToken)"/>
    IAsyncEnumerable<Prediction> PredictEachAsync(
        IEnumerable<ImageSource> images,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => PredictEachAsync(images.ToAsyncEnumerable(), options, cancellationToken);

    /// <summary>Classifies image files as their paths come and returns the predictions in the same order.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="options">What to return for each image; null for the five likeliest classes.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <inheritdoc cref="PredictEachAsync(IAsyncEnumerable{ImageSource}, PredictionOptions?, CancellationToken)"/>
    IAsyncEnumerable<Prediction> PredictEachAsync(
        IAsyncEnumerable<string> paths,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => PredictEachAsync(paths.Select(path => ImageSource.FromFile(path)), options, cancellationToken);

    /// <inheritdoc cref="PredictEachAsync(IAsyncEnumerable{string}, PredictionOptions?, CancellationToken)"/>
    IAsyncEnumerable<Prediction> PredictEachAsync(
        IEnumerable<string> paths,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => PredictEachAsync(paths.Select(ImageSource.FromFile), options, cancellationToken);

    /// <summary>Classifies encoded images as they come and returns the predictions in the same order.</summary>
    /// <param name="images">The bytes of image files.</param>
    /// <param name="options">What to return for each image; null for the five likeliest classes.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <inheritdoc cref="PredictEachAsync(IAsyncEnumerable{ImageSource}, PredictionOptions?, CancellationToken)"/>
    IAsyncEnumerable<Prediction> PredictEachAsync(
        IAsyncEnumerable<byte[]> images,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => PredictEachAsync(images.Select(bytes => (ImageSource)bytes), options, cancellationToken);

    /// <inheritdoc cref="PredictEachAsync(IAsyncEnumerable{byte[]}, PredictionOptions?, CancellationToken)"/>
    IAsyncEnumerable<Prediction> PredictEachAsync(
        IEnumerable<byte[]> images,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => PredictEachAsync(images.Select(bytes => (ImageSource)bytes), options, cancellationToken);

    /// <summary>Classifies one image.</summary>
    /// <param name="image">A path, bytes, a stream or pixels.</param>
    /// <param name="options">What to return; null for the five likeliest classes.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="LiftPlusException">The image cannot be read; the message names it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<Prediction> PredictAsync(ImageSource image, PredictionOptions? options = null, CancellationToken cancellationToken = default) =>
        Predictions.OneAsync(PredictEachAsync([image], options, cancellationToken), image, cancellationToken);

    /// <summary>Classifies images and returns their predictions in the same order.</summary>
    /// <param name="images">Paths, bytes, streams and pixels.</param>
    /// <param name="options">What to return for each image; null for the five likeliest classes.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <inheritdoc cref="PredictAsync(ImageSource, PredictionOptions?, CancellationToken)"/>
    Task<IReadOnlyList<Prediction>> PredictAsync(
        IEnumerable<ImageSource> images,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Predictions.AllAsync(PredictEachAsync(images, options, cancellationToken), cancellationToken);

    /// <summary>Classifies one image and blocks until the prediction is there.</summary>
    /// <inheritdoc cref="PredictAsync(ImageSource, PredictionOptions?, CancellationToken)"/>
    Prediction Predict(ImageSource image, PredictionOptions? options = null, CancellationToken cancellationToken = default) =>
        Predictions.Wait(() => PredictAsync(image, options, cancellationToken));

    /// <summary>Classifies images and blocks until their predictions are there.</summary>
    /// <inheritdoc cref="PredictAsync(IEnumerable{ImageSource}, PredictionOptions?, CancellationToken)"/>
    IReadOnlyList<Prediction> Predict(
        IEnumerable<ImageSource> images,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Predictions.Wait(() => PredictAsync(images, options, cancellationToken));

    /// <summary>Classifies image files and blocks until their predictions are there.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="top">How many of the likeliest classes to return for each file; at least 1.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="LiftPlusException">A file is missing or not an image; the message names it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    IReadOnlyList<Prediction> Predict(IEnumerable<string> paths, int top = 5, CancellationToken cancellationToken = default) =>
        Predict(paths.Select(ImageSource.FromFile), new PredictionOptions { Top = top }, cancellationToken);
}
