using System.Text;
using LiftPlus.Backbones;
using LiftPlus.Files;
using Microsoft.Extensions.Logging;

namespace LiftPlus.Hub;

/// <summary>
/// Represents one repository in the cache that Hugging Face's programs share: contents under <c>blobs/tag</c>, a revision's files as links
/// in <c>snapshots/commit</c>, and the last known commit of a branch in <c>refs/branch</c>.
/// </summary>
internal sealed class HubCache(string cache, HubRepository repository, ILogger logger)
{
    private const int MostReferenceBytes = 256;

    private static readonly TimeSpan s_lockPause = TimeSpan.FromMilliseconds(100);
    private readonly string _folder = Path.Combine(Path.GetFullPath(cache), repository.Folder);

    public string Blob(HubFile file) => Path.Combine(Blobs, file.Tag);

    public string Snapshot(string commit) => Path.Combine(_folder, "snapshots", commit);

    /// <summary>Returns the folder of the revision's files as last seen; null unless it holds everything that a backbone needs.</summary>
    public string? FindSnapshot()
    {
        string? commit = repository.IsPinned ? repository.Revision : ReadReference();
        return commit is not null && Files(Snapshot(commit)).Count > 0 ? Snapshot(commit) : null;
    }

    /// <summary>Returns what is wrong with the contents of a snapshot that a backbone needs; empty if nothing is.</summary>
    public async Task<IReadOnlyList<string>> FindFaultsAsync(string snapshot, CancellationToken cancellationToken)
    {
        List<string> faults = [];
        foreach (string name in Files(snapshot))
        {
            if (await FindFaultAsync(Path.Combine(snapshot, name), cancellationToken) is string fault)
                faults.Add(fault);
        }

        return faults;
    }

    /// <summary>Returns whether a snapshot has a file with the right content.</summary>
    public async Task<bool> HoldsAsync(string commit, string name, CancellationToken cancellationToken)
    {
        string path = Path.Combine(Snapshot(commit), name);
        return File.Exists(path) && await FindFaultAsync(path, cancellationToken) is null;
    }

    /// <summary>Saves the commit of a branch or tag. A read-only cache stays as it is.</summary>
    public void WriteReference(string commit)
    {
        if (repository.IsPinned || ReadReference() == commit)
            return;
        Disk.Current.CreateFolder(Path.GetDirectoryName(Reference)!);
        WholeFile.WriteText(Reference, commit);
    }

    /// <summary>Adds a downloaded blob to a snapshot: as a relative link, or by moving it there if links are not possible.</summary>
    public void Link(HubFile file, string commit)
    {
        string link = Path.Combine(Snapshot(commit), file.Name);
        if (File.Exists(link))
            return;
        Disk.Current.CreateFolder(Snapshot(commit));
        Disk.Current.Delete(link); // a link whose blob is gone
        try
        {
            Disk.Current.CreateLink(link, Path.Combine("..", "..", "blobs", file.Tag));
        }
        catch (Exception e) when ((e is IOException or UnauthorizedAccessException) && !File.Exists(link))
        {
            Disk.Current.MoveFile(Blob(file), link); // Windows without permission to create links
        }
        catch (IOException) // another process was faster
        { }
    }

    /// <summary>Waits until no one else writes a blob, in this process or another, and holds the lock until disposed.</summary>
    public async Task<IDisposable> LockAsync(HubFile file, CancellationToken cancellationToken)
    {
        string path = Path.Combine(Path.GetFullPath(cache), ".locks", repository.Folder, file.Tag + ".lock");
        Disk.Current.CreateFolder(Path.GetDirectoryName(path)!);
        for (bool isFirst = true; ; isFirst = false)
        {
            try
            {
                return Disk.Current.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, bufferSize: 1);
            }
            catch (IOException e) when (IsTaken(e))
            {
                if (isFirst)
                    HubLog.Waiting(logger, file.Name);
                await Task.Delay(s_lockPause, cancellationToken);
            }
        }
    }

    private string Blobs => Path.Combine(_folder, "blobs");

    private string Reference => Path.Combine(_folder, "refs", repository.Revision.Replace('/', Path.DirectorySeparatorChar));

    private string? ReadReference()
    {
        try
        {
            string commit = Encoding.UTF8.GetString(RegularFile.ReadBytes(Reference, MostReferenceBytes)).Trim();
            return HubRepository.IsCommit(commit) ? commit : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // What a backbone needs of a snapshot; empty if something is missing.
    private static IReadOnlyList<string> Files(string snapshot)
    {
        if (!Directory.Exists(snapshot))
            return [];
        // A link counts if its blob is there.
        string[] names = [.. FolderReader.Files(snapshot).Where(File.Exists).Select(path => Path.GetFileName(path))];
        try
        {
            if (BackboneFileList.Needed(names) is not [.., string weights] needed || !BackboneFileList.IsIndex(weights))
                return BackboneFileList.Needed(names);
            IReadOnlyList<string> shards = BackboneFileList.Shards(Path.Combine(snapshot, weights));
            return shards.Except(names).Any() ? [] : [.. needed, .. shards];
        }
        catch (LiftPlusException)
        {
            return []; // an index that cannot be read
        }
    }

    // A file that is not a link into the blobs has no hash in its name: it was moved here where links are not possible.
    private async Task<string?> FindFaultAsync(string path, CancellationToken cancellationToken) =>
        File.ResolveLinkTarget(path, returnFinalTarget: true) is FileInfo { DirectoryName: string folder } blob
        && Path.GetFileName(folder) == Path.GetFileName(Blobs)
            ? await CheckedBlobs.FindFaultAsync(blob.FullName, cancellationToken)
            : null;

    // Sharing violation, lock violation; EAGAIN on Linux and on macOS.
    private static bool IsTaken(IOException e) => OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) is 32 or 33 : e.HResult is 11 or 35;
}
