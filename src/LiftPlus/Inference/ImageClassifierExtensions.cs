using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Predictions of one image, of lists and of files.</summary>
public static class ImageClassifierExtensions
{
    /// <summary>Classifies one image.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="image">A path, bytes, a stream or pixels.</param>
    /// <param name="options">What is wanted; null for the five likeliest classes.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="LiftPlusException">The image cannot be read; the message names it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<Prediction> PredictAsync(
        this IImageClassifier classifier,
        ImageSource image,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        IReadOnlyList<Prediction> predictions = await classifier.PredictAsync([image], options, cancellationToken).ConfigureAwait(false);
        return predictions is [Prediction only]
            ? only
            : throw new LiftPlusException(
                $"The image '{image.Name}' was left out because it cannot be read; ask for KeepErrors to learn why."
            );
    }

    /// <summary>Classifies images, in order.</summary>
    /// <inheritdoc cref="PredictAsync(IImageClassifier, ImageSource, PredictionOptions?, CancellationToken)"/>
    /// <param name="classifier">The classifier.</param>
    /// <param name="images">Paths, bytes, streams and pixels.</param>
    /// <param name="options">What is wanted of each; null for the five likeliest classes.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public static async Task<IReadOnlyList<Prediction>> PredictAsync(
        this IImageClassifier classifier,
        IEnumerable<ImageSource> images,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        await classifier
            .PredictEachAsync(images.ToAsyncEnumerable(), options, cancellationToken)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Classifies one image and waits for it.</summary>
    /// <inheritdoc cref="PredictAsync(IImageClassifier, ImageSource, PredictionOptions?, CancellationToken)"/>
    public static Prediction Predict(
        this IImageClassifier classifier,
        ImageSource image,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Wait(() => classifier.PredictAsync(image, options, cancellationToken));

    /// <summary>Classifies images, in order, and waits for them.</summary>
    /// <inheritdoc cref="PredictAsync(IImageClassifier, IEnumerable{ImageSource}, PredictionOptions?, CancellationToken)"/>
    public static IReadOnlyList<Prediction> Predict(
        this IImageClassifier classifier,
        IEnumerable<ImageSource> images,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Wait(() => classifier.PredictAsync(images, options, cancellationToken));

    /// <summary>Classifies image files, in order, and waits for them.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="paths">The files.</param>
    /// <param name="top">How many of the likeliest classes to return for each; at least 1.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="LiftPlusException">A file is missing or no image; the message names it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<Prediction> Predict(
        this IImageClassifier classifier,
        IEnumerable<string> paths,
        int top = 5,
        CancellationToken cancellationToken = default
    ) => classifier.Predict(paths.Select(ImageSource.FromFile), new PredictionOptions { Top = top }, cancellationToken);

    // On the pool: a caller's synchronisation context is not waited for by itself.
    private static T Wait<T>(Func<Task<T>> start) => Task.Run(start).GetAwaiter().GetResult();
}
