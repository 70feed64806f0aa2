namespace LiftPlus;

/// <summary>Represents a classifier that serves many callers at once and can replace its model while it does.</summary>
/// <remarks>The services of the application own it and dispose it.</remarks>
public interface IServedImageClassifier : IImageClassifier
{
    /// <summary>Gets the current state.</summary>
    ClassifierState State { get; }

    /// <summary>
    /// Loads the first model and tests it on two images, unless that has been done. A host calls this when it starts; without a host, the
    /// first image does.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="LiftPlusException">The model cannot be loaded, or its results are not finite.</exception>
    Task StartAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Loads the folder's model, tests it on two images and replaces the current one. Images that arrived before are answered by the old
    /// model, which is freed after the last of them.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting for another load or for a download.</param>
    /// <exception cref="LiftPlusException">The model cannot be loaded, or its results are not finite; the old one stays.</exception>
    Task ReloadAsync(CancellationToken cancellationToken = default);
}
