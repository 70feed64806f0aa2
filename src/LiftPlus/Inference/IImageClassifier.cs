using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Classifies images. Implementations own native memory; dispose them. <see cref="ImageClassifierExtensions"/> has the everyday calls.</summary>
/// <remarks>Calls from several threads at once are safe.</remarks>
public interface IImageClassifier : IDisposable
{
    /// <summary>Class names in label order.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>
    /// Classifies images one after the other, in order. The next are taken only as fast as predictions are: whatever the number, no more than a few
    /// batches are in memory.
    /// </summary>
    /// <param name="images">The images.</param>
    /// <param name="options">What is wanted of each; null for the five likeliest classes.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="LiftPlusException">An option is out of range, or an image cannot be read; the message names it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    IAsyncEnumerable<Prediction> PredictEachAsync(
        IAsyncEnumerable<ImageSource> images,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Measures accuracy on labelled images.</summary>
    /// <param name="test">The images; class names must be the model's, in any order.</param>
    /// <param name="progress">Called after every batch.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="LiftPlusException">Class names differ, or an image cannot be read.</exception>
    EvaluationReport Evaluate(
        ImageDataset test,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default
    );
}
