using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Classifies pictures. Implementations own native memory; dispose them.</summary>
/// <remarks>Calls from several threads at once are safe, and each runs on the calling thread.</remarks>
public interface IImageClassifier : IDisposable
{
    /// <summary>Class names in label order.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>Classifies picture files, in order.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="top">How many of the likeliest classes to return for each; at least 1.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="LiftPlusException">A file is missing or no picture; the message names it.</exception>
    IReadOnlyList<Prediction> Predict(IReadOnlyList<string> paths, int top = 5, CancellationToken cancellationToken = default);

    /// <summary>Measures accuracy on labelled pictures.</summary>
    /// <param name="test">The pictures; class names must be the model's, in any order.</param>
    /// <param name="progress">Called after every batch.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="LiftPlusException">Class names differ, or a picture cannot be read.</exception>
    EvaluationReport Evaluate(ImageDataset test, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default);
}
