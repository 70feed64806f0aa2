using LiftPlus.Data;

namespace LiftPlus.Inference;

/// <summary>Collects the predictions of <see cref="IImageClassifier"/> for the calls that return one or a list.</summary>
internal static class Predictions
{
    public static async Task<IReadOnlyList<Prediction>> AllAsync(
        IAsyncEnumerable<Prediction> predictions,
        CancellationToken cancellationToken
    ) => await predictions.ToListAsync(cancellationToken).ConfigureAwait(false);

    public static async Task<Prediction> OneAsync(
        IAsyncEnumerable<Prediction> predictions,
        ImageSource image,
        CancellationToken cancellationToken
    ) =>
        await AllAsync(predictions, cancellationToken).ConfigureAwait(false) is [Prediction only]
            ? only
            : throw new LiftPlusException($"The image '{image.Name}' was left out because it cannot be read. Set KeepErrors to see why.");

    // On the thread pool, so that a synchronization context of the caller cannot deadlock.
    public static T Wait<T>(Func<Task<T>> start) => Task.Run(start).GetAwaiter().GetResult();
}
