using Microsoft.Extensions.Logging;

namespace LiftPlus.Hub;

/// <summary>Where a backbone's files lie, and the name to remember for next time.</summary>
/// <param name="Path">A folder or file for <see cref="Backbone.Load"/>.</param>
/// <param name="Name">The path as it was given, or for a repository of the hub "owner/name@commit", which stays the same when the branch moves on.</param>
internal sealed record BackboneSource(string Path, string Name)
{
    /// <summary>Takes a path as it is, and fetches a repository that the caller names.</summary>
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
        // On the pool: a caller's synchronisation context would wait for itself.
        string folder = Task.Run(() => new HuggingFaceHub(hub, logger).FetchAsync(text, progress, cancellationToken), cancellationToken)
            .GetAwaiter()
            .GetResult();
        return new BackboneSource(folder, $"{HubRepository.Parse(text)!.Id}@{System.IO.Path.GetFileName(folder)}");
    }

    /// <summary>
    /// Finds what a saved model remembers. Only a name with a commit was a repository's; anything else was a path, and nothing is asked of the hub when it
    /// is no longer there.
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
