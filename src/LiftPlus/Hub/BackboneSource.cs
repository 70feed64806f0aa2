using Microsoft.Extensions.Logging;

namespace LiftPlus.Hub;

/// <summary>Represents where the files of a backbone are, and the name under which they are found again.</summary>
/// <param name="Path">A folder or file for <see cref="Backbone.Load"/>.</param>
/// <param name="Name">The path as given, or for a repository "owner/name@commit", which stays the same when the branch moves on.</param>
internal sealed record BackboneSource(string Path, string Name)
{
    /// <summary>Returns a path as it is, and fetches a repository that the caller names.</summary>
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
    /// Finds the backbone that a saved model names. Only a name with a commit is a repository; any other name is a path, and the hub is not
    /// asked if that no longer exists.
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
