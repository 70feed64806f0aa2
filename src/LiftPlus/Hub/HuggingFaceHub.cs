using LiftPlus.Backbones;
using LiftPlus.Hub;
using LiftPlus.Validation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiftPlus;

/// <summary>
/// Fetches backbones from the Hugging Face hub into the cache that Hugging Face's own programs use, so that both find each other's files. Only
/// what <see cref="Backbone.Load"/> reads is fetched. A download that broke off goes on where it stopped, a file counts only when its length and
/// SHA-256 are right, and of several processes one writes. Safe to use from several threads.
/// </summary>
/// <param name="options">Where from, where to, and as whom; the environment's by default (<see cref="HubOptions.FromEnvironment"/>).</param>
/// <param name="logger">Told what is fetched and what has to be tried again.</param>
public sealed class HuggingFaceHub(HubOptions? options = null, ILogger? logger = null)
{
    private const int ReportEvery = 1 << 20; // bytes
    private readonly HubOptions _options = options ?? HubOptions.FromEnvironment();
    private readonly ILogger _logger = logger ?? NullLogger.Instance;

    /// <summary>
    /// Whether a text names a repository of the hub, "owner/name" or "owner/name@revision", and no file or folder on this machine, which go first.
    /// </summary>
    public static bool IsRepository(string text) => !File.Exists(text) && !Directory.Exists(text) && HubRepository.Parse(text) is not null;

    /// <summary>Makes sure that a backbone's files are in the cache and gives the folder they are in.</summary>
    /// <param name="repository">"owner/name", or "owner/name@revision" with a branch, tag or commit; the branch "main" by default.</param>
    /// <param name="progress">Told about once per megabyte, on the thread that receives it.</param>
    /// <param name="cancellationToken">Stops it; what has come is kept for the next time.</param>
    /// <returns>A folder for <see cref="Backbone.Load"/>.</returns>
    /// <exception cref="HubException">The hub cannot be reached or refuses, the repository holds no known weights, or its files are not what it says.</exception>
    /// <exception cref="LiftPlusException">The id is none, or the cache cannot be written.</exception>
    public async Task<string> FetchAsync(
        string repository,
        IProgress<HubProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        HubRepository parsed = HubRepository.Parse(repository)
            ?? throw new LiftPlusException(
                $"'{repository}' is no repository of the hub; write 'owner/name', such as openai/clip-vit-base-patch16, with '@revision' behind it where another than main is meant."
            );
        OptionsValidator.ThrowIfInvalid(_options);
        HubCache cache = new(_options.CacheFolder, parsed, _logger);
        string? cached = cache.FindSnapshot();
        if (cached is not null && (_options.Offline || parsed.IsPinned))
            return cached;
        if (_options.Offline)
        {
            throw new HubException(
                $"{parsed} is not in the cache {_options.CacheFolder}, and HF_HUB_OFFLINE forbids to fetch it. "
                    + "Unset it once, or name a folder or file on disk."
            );
        }

        using HubTransport transport = new(_options, _logger);
        HubClient client = new(transport, _options);
        HubListing listing;
        try
        {
            listing = await client.ListAsync(parsed, isPatient: cached is null, cancellationToken);
        }
        catch (HubException e) when (cached is not null)
        {
            HubLog.FromCache(_logger, parsed.ToString(), e.Message);
            return cached;
        }

        try
        {
            await FetchAsync(client, cache, parsed, listing, progress, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException(
                $"The cache {_options.CacheFolder} cannot be written ({e.Message}). Name another place by HF_HUB_CACHE.",
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
                $"{repository} holds none of the weight files that are understood; it has {HubTransport.Shown(string.Join(", ", listing.Files.Order().Take(12)))}"
                    + $"{(listing.Files.Count > 12 ? ", ..." : "")}. Download one by hand and name it, or choose another repository."
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
                    $"{repository}: {names[^1]} names {string.Join(", ", missing.Take(5))}, which the repository does not have. Choose another revision."
                );
            await FetchFilesAsync(shards);
        }

        WriteReference(cache, listing.Commit);

        async Task FetchFilesAsync(IReadOnlyList<string> wanted)
        {
            List<HubFile> files = [];
            foreach (string name in wanted.Where(name => !File.Exists(Path.Combine(snapshot, name))))
                files.Add(await client.DescribeAsync(repository, listing.Commit, name, cancellationToken));
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

    private static void WriteReference(HubCache cache, string commit)
    {
        try
        {
            cache.WriteReference(commit);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Everything is there; a cache that may only be read stays as it is.
        }
    }

    private void RequireRoom(HubRepository repository, long bytes)
    {
        Directory.CreateDirectory(_options.CacheFolder);
        long free;
        try
        {
            free = new DriveInfo(Path.GetFullPath(_options.CacheFolder)).AvailableFreeSpace;
        }
        catch (Exception e) when (e is ArgumentException or IOException)
        {
            return; // a network share that does not say
        }

        if (bytes > free)
        {
            throw new LiftPlusException(
                $"{repository} needs {bytes / 1e6:F0} MB, and {_options.CacheFolder} has room for {free / 1e6:F0} MB. "
                    + "Make room, or name another place by HF_HUB_CACHE."
            );
        }
    }
}
