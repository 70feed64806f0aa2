namespace LiftPlus;

/// <summary>A classifier that serves many callers at once and can exchange its model while it does.</summary>
public interface IServedImageClassifier : IImageClassifier, IAsyncDisposable
{
    /// <summary>How it is doing.</summary>
    ClassifierState State { get; }

    /// <summary>Loads the first model and runs it once, unless that has been done. A host does it when it starts, else the first image.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="LiftPlusException">The model cannot be loaded.</exception>
    Task StartAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Loads the folder's model beside the one in use and puts it in its place: images that came before are answered by the old one, which is freed after
    /// the last of them.
    /// </summary>
    /// <param name="cancellationToken">Stops the waiting for another load, or a download.</param>
    /// <exception cref="LiftPlusException">The model cannot be loaded; the old one stays.</exception>
    Task ReloadAsync(CancellationToken cancellationToken = default);
}

/// <summary>How a served classifier is doing.</summary>
/// <param name="Health">Whether it answers, and from what.</param>
/// <param name="Loads">Models loaded so far.</param>
/// <param name="LoadedAt">When the model in use was loaded; null before the first.</param>
/// <param name="Error">Why the last load failed; null where it did not.</param>
public sealed record ClassifierState(ClassifierHealth Health, int Loads, DateTimeOffset? LoadedAt, string? Error);

/// <summary>Whether a served classifier answers.</summary>
public enum ClassifierHealth
{
    /// <summary>No model has been loaded yet.</summary>
    Starting,

    /// <summary>It answers.</summary>
    Ready,

    /// <summary>It answers from the old model: the new one in the folder cannot be loaded.</summary>
    Stale,

    /// <summary>The first model cannot be loaded.</summary>
    Failed,

    /// <summary>It was disposed.</summary>
    Stopped,
}
