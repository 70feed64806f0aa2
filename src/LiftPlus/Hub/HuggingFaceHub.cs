using LiftPlus.Backbones;
using LiftPlus.Files;
using LiftPlus.Hub;
using LiftPlus.Messages;
using LiftPlus.Validation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiftPlus;

/// <summary>
/// Downloads backbones from the Hugging Face hub into the cache that Hugging Face's own programs use, so that each finds the other's files.
/// Only the files that <see cref="Backbone.Load"/> reads are downloaded. An interrupted download continues where it stopped and is given up
/// when it gets no further; a file is accepted only when its length and its SHA-256 or git SHA-1 are right, and one of several processes
/// writes. A cached file is compared with its hash once a process, and downloaded again if it is damaged. Safe to use from several threads.
/// </summary>
/// <param name="options">
/// The address, the token and the cache; the default is the settings from environment variables (<see cref="HubOptions.FromEnvironment"/>).
/// </param>
/// <param name="logger">Receives what is downloaded and what is retried.</param>
public sealed class HuggingFaceHub(HubOptions? options = null, ILogger? logger = null)
{
    private const int ReportEvery = 1 << 20; // bytes
    private readonly HubOptions _options = options ?? HubOptions.FromEnvironment();
    private readonly ILogger _logger = logger ?? NullLogger.Instance;

    /// <summary>
    /// Returns whether a text names a repository of the hub, "owner/name" or "owner/name@revision", and no file or folder on this machine
    /// has the name; those come first. Without a revision, a text whose first part is a folder here, or "models" and the like, is a path.
    /// </summary>
    public static bool IsRepository(string text) =>
        !File.Exists(text) && !Directory.Exists(text) && HubRepository.Parse(text) is not null && !HubRepository.ReadsAsPath(text);

    /// <summary>Makes sure that a backbone's files are in the cache and returns their folder.</summary>
    /// <param name="repository">"owner/name", or "owner/name@revision" with a branch, tag or commit; the branch "main" by default.</param>
    /// <param name="progress">Called about once per megabyte, on the thread that receives the data.</param>
    /// <param name="cancellationToken">Stops the download; what has arrived is kept for the next time.</param>
    /// <returns>A folder for <see cref="Backbone.Load"/>.</returns>
    /// <exception cref="HubException">
    /// The hub cannot be reached or refuses, the repository has no known weights, or a file differs from its description.
    /// </exception>
    /// <exception cref="LiftPlusException">The id is malformed, or the cache cannot be written.</exception>
    public async Task<string> FetchAsync(
        string repository,
        IProgress<HubProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        HubRepository parsed = HubRepository.Parse(repository)
            ?? throw new LiftPlusException(
                $"'{repository}' is not the id of a hub repository. Write 'owner/name', such as openai/clip-vit-base-patch16, "
                    + "followed by '@revision' for a revision other than main."
            );
        OptionsValidator.ThrowIfInvalid(_options);
        HubCache cache = new(_options.CacheFolder, parsed, _logger);
        string? cached = cache.FindSnapshot();
        IReadOnlyList<string> faults = cached is null ? [] : await cache.FindFaultsAsync(cached, cancellationToken);
        if (faults.Count > 0)
            cached = null;
        if (cached is not null && (_options.Offline || parsed.IsPinned))
            return cached;
        if (_options.Offline)
            throw NotCached(parsed, faults);

        using HubTransport transport = new(_options, _logger);
        HubClient client = new(transport, _options);
        HubListing listing;
        try
        {
            listing = await client.ListAsync(parsed, retries: cached is null, cancellationToken);
        }
        catch (HubException e) when (cached is not null)
        {
            HubLog.FromCache(_logger, parsed.ToString(), e.Message);
            return cached;
        }
        catch (HubException e) when (faults.Count > 0)
        {
            throw new HubException($"{parsed}: {faults[0]}, and it cannot be downloaded again: {e.Message}", e);
        }

        try
        {
            await FetchAsync(client, cache, parsed, listing, progress, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException(
                $"The cache {_options.CacheFolder} cannot be written ({e.Message}). Set HF_HUB_CACHE to another folder.",
                e
            );
        }

        return cache.Snapshot(listing.Commit);
    }

    private async Task FetchAsync(
        HubClient client,
        HubCache cache,
        HubRepository repository,
        HubListing listing,
        IProgress<HubProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<string> names = BackboneFileList.Needed(listing.Files);
        if (names.Count == 0)
        {
            throw new HubException(
                $"{repository} has no weight file of a known format; "
                    + $"it has {HubTransport.Shown(MessageText.First(listing.Files.Order(), 12))}. "
                    + "Download one by hand and name it, or choose another repository."
            );
        }

        BlobDownload download = new(client, cache, repository, listing.Commit, _options, _logger);
        string snapshot = cache.Snapshot(listing.Commit);
        long total = 0,
            before = 0;
        await FetchFilesAsync(names);
        if (BackboneFileList.IsIndex(names[^1]))
        {
            IReadOnlyList<string> shards = BackboneFileList.Shards(Path.Combine(snapshot, names[^1]));
            string[] missing = [.. shards.Except(listing.Files)];
            if (missing.Length > 0)
                throw new HubException(
                    $"{repository}: {names[^1]} names {MessageText.First(missing, 5)}, which the repository does not have. "
                        + "Choose another revision."
                );
            await FetchFilesAsync(shards);
        }

        WriteReference(cache, listing.Commit);

        async Task FetchFilesAsync(IReadOnlyList<string> wanted)
        {
            List<HubFile> files = [];
            foreach (string name in wanted)
            {
                if (!await cache.HoldsAsync(listing.Commit, name, cancellationToken))
                    files.Add(await client.DescribeAsync(repository, listing.Commit, name, cancellationToken));
            }

            if (files.Count == 0)
                return;
            long size = files.Sum(file => file.Size);
            total += size;
            RequireRoom(repository, size);
            HubLog.Fetching(_logger, repository.ToString(), files.Count, size / 1e6, snapshot);
            foreach (HubFile file in files)
            {
                long reported = 0;
                await download.FetchAsync(
                    file,
                    present =>
                    {
                        if (present - reported < ReportEvery && present < file.Size)
                            return;
                        reported = present;
                        progress?.Report(new HubProgress(repository.Id, file.Name, before + present, total));
                    },
                    cancellationToken
                );
                cache.Link(file, listing.Commit);
                before += file.Size;
            }
        }
    }

    private HubException NotCached(HubRepository repository, IReadOnlyList<string> faults)
    {
        string problem = faults.Count > 0 ? faults[0] : $"it is not in the cache {_options.CacheFolder}";
        return new HubException(
            $"{repository}: {problem}, and HF_HUB_OFFLINE prevents the download. Unset it once, or name a folder or file on disk."
        );
    }

    private static void WriteReference(HubCache cache, string commit)
    {
        try
        {
            cache.WriteReference(commit);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LiftPlusException)
        {
            // Everything is there; a read-only cache stays as it is.
        }
    }

    private void RequireRoom(HubRepository repository, long bytes)
    {
        Disk.Current.CreateFolder(_options.CacheFolder);
        long free;
        try
        {
            free = new DriveInfo(Path.GetFullPath(_options.CacheFolder)).AvailableFreeSpace;
        }
        catch (Exception e) when (e is ArgumentException or IOException)
        {
            return; // a network share that does not report it
        }

        if (bytes > free)
        {
            throw new LiftPlusException(
                $"{repository} needs {bytes / 1e6:F0} MB, and {_options.CacheFolder} has room for {free / 1e6:F0} MB. "
                    + "Make room, or set HF_HUB_CACHE to another folder."
            );
        }
    }
}
