using LiftPlus.Files;
using Microsoft.Extensions.Logging;

namespace LiftPlus.Hub;

/// <summary>Represents the place of a backbone's files and the name to save for the next time.</summary>
/// <param name="Path">A folder or file for <see cref="Backbone.Load"/>.</param>
/// <param name="Name">
/// The path as it was given; for a repository of the hub "owner/name@commit", which stays the same when the branch moves.
/// </param>
internal sealed record BackboneSource(string Path, string Name)
{
    /// <summary>Gets whether the files are a repository's in the hub's cache.</summary>
    public bool IsRepository { get; private init; }

    /// <summary>Returns a path as it is, or downloads the repository that the caller names.</summary>
    /// <param name="text">A path, or the id of a repository.</param>
    /// <param name="hub">The hub; null for the settings from environment variables.</param>
    /// <param name="isOffline">Whether only the hub's cache on this machine may be used.</param>
    /// <param name="logger">Receives what is looked for.</param>
    /// <param name="progress">Receives the progress of a download.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="LiftPlusException">The repository is not in the cache, or cannot be downloaded.</exception>
    public static BackboneSource Find(
        string text,
        HubOptions? hub,
        bool isOffline,
        ILogger logger,
        IProgress<HubProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        if (!HuggingFaceHub.IsRepository(text))
            return new BackboneSource(text, text);
        hub ??= HubOptions.FromEnvironment();
        if (isOffline)
            hub = hub with { Offline = true };
        HubLog.NoFolder(logger, text, WorkingFolder.Shown, hub.Offline ? hub.CacheFolder : hub.Endpoint.ToString());
        string folder;
        try
        {
            // On the thread pool, so that a synchronization context of the caller cannot deadlock.
            folder = Task.Run(() => new HuggingFaceHub(hub, logger).FetchAsync(text, progress, cancellationToken), cancellationToken)
                .GetAwaiter()
                .GetResult();
        }
        catch (HubException e) when (!isOffline)
        {
            throw new HubException(
                $"'{text}' is not a file or folder in {WorkingFolder.Shown}, so it was looked for on the hub. {e.Message}",
                e.Status,
                e
            );
        }

        return new BackboneSource(folder, $"{HubRepository.Parse(text)!.Id}@{System.IO.Path.GetFileName(folder)}") { IsRepository = true };
    }
}
