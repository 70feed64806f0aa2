using Microsoft.Extensions.Logging;

namespace LiftPlus.Hub;

/// <summary>Represents the place of a backbone's files and the name to save for the next time.</summary>
/// <param name="Path">A folder or file for <see cref="Backbone.Load"/>.</param>
/// <param name="Name">
/// The path as it was given; for a repository of the hub "owner/name@commit", which stays the same when the branch moves.
/// </param>
internal sealed record BackboneSource(string Path, string Name)
{
    /// <summary>Returns a path as it is, or downloads the repository that the caller names.</summary>
    public static BackboneSource Find(
        string text,
        HubOptions? hub,
        ILogger logger,
        IProgress<HubProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        if (!HuggingFaceHub.IsRepository(text))
            return new BackboneSource(text, text);
        // On the thread pool, so that a synchronization context of the caller cannot deadlock.
        string folder = Task.Run(() => new HuggingFaceHub(hub, logger).FetchAsync(text, progress, cancellationToken), cancellationToken)
            .GetAwaiter()
            .GetResult();
        return new BackboneSource(folder, $"{HubRepository.Parse(text)!.Id}@{System.IO.Path.GetFileName(folder)}");
    }

    /// <summary>
    /// Finds the backbone that a saved model names. Only a name with a commit is a repository; anything else is a path, and no request is
    /// made to the hub if it no longer exists.
    /// </summary>
    public static BackboneSource FindAgain(
        string name,
        HubOptions? hub,
        ILogger logger,
        IProgress<HubProgress>? progress,
        CancellationToken cancellationToken
    ) =>
        HubRepository.Parse(name) is { IsPinned: true }
            ? Find(name, hub, logger, progress, cancellationToken)
            : new BackboneSource(name, name);
}
