using LiftPlus.Data;

namespace LiftPlus.Inference;

/// <summary>Answers every form of a prediction with the one that classifies images as they come.</summary>
internal static class Predictions
{
    public static IAsyncEnumerable<Prediction> EachAsync(
        IImageClassifier classifier,
        IEnumerable<ImageSource> images,
        PredictionOptions? options,
        CancellationToken cancellationToken
    ) => classifier.PredictEachAsync(images.ToAsyncEnumerable(), options, cancellationToken);

    public static IAsyncEnumerable<Prediction> EachAsync(
        IImageClassifier classifier,
        IAsyncEnumerable<string> paths,
        PredictionOptions? options,
        CancellationToken cancellationToken
    ) => classifier.PredictEachAsync(paths.Select(path => ImageSource.FromFile(path)), options, cancellationToken);

    public static IAsyncEnumerable<Prediction> EachAsync(
        IImageClassifier classifier,
        IAsyncEnumerable<byte[]> images,
        PredictionOptions? options,
        CancellationToken cancellationToken
    ) => classifier.PredictEachAsync(images.Select(bytes => (ImageSource)bytes), options, cancellationToken);

    public static async Task<IReadOnlyList<Prediction>> AllAsync(
        IImageClassifier classifier,
        IEnumerable<ImageSource> images,
        PredictionOptions? options,
        CancellationToken cancellationToken
    ) => await EachAsync(classifier, images, options, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);

    public static async Task<Prediction> OneAsync(
        IImageClassifier classifier,
        ImageSource image,
        PredictionOptions? options,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<Prediction> predictions = await AllAsync(classifier, [image], options, cancellationToken).ConfigureAwait(false);
        return predictions is [Prediction only]
            ? only
            : throw new LiftPlusException($"The image '{image.Name}' was left out because it cannot be read. Set KeepErrors to see why.");
    }

    // On the thread pool, so that a synchronization context of the caller cannot deadlock.
    public static T Wait<T>(Func<Task<T>> start) => Task.Run(start).GetAwaiter().GetResult();
}
