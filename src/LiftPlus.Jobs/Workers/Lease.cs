using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LiftPlus.Files;

namespace LiftPlus.Workers;

/// <summary>
/// Represents the claim of a worker on a shard: a file that only one worker can create, with a number that grows while the worker lives. A
/// lease saves work and is not needed for correctness: two workers on one shard write the same bytes.
/// </summary>
internal sealed class Lease : IAsyncDisposable
{
    private const int Beats = 4, // in the time of a lease
        FileExists = 17, // EEXIST
        FileExistsOnWindows = 80; // ERROR_FILE_EXISTS

    private readonly string _path;
    private readonly string _owner = Strays.Place + RandomNumberGenerator.GetHexString(20, lowercase: true);
    private readonly CancellationTokenSource _stop = new();
    private Task _beating = Task.CompletedTask;

    private Lease(string path) => _path = path;

    /// <summary>Takes the lease if no other worker has it; returns null otherwise.</summary>
    /// <exception cref="LiftPlusException">The file cannot be written.</exception>
    public static Lease? TryTake(string path, TimeSpan time, TimeProvider clock)
    {
        Lease lease = new(path);
        bool isCreated = false;
        try
        {
            using Stream stream = Disk.Current.Open(path, FileMode.CreateNew, share: FileShare.Read);
            isCreated = true;
            stream.Write(lease.Content(0));
        }
        catch (IOException e) when (!isCreated && ((e.HResult & 0xFFFF) is FileExists or FileExistsOnWindows))
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (isCreated)
                Strays.TryDelete(path);
            throw new LiftPlusException(
                $"The lease '{path}' cannot be written ({e.Message}). Check the folder of the job, its permissions and the free space.",
                e
            );
        }

        lease._beating = lease.BeatAsync(time / Beats, clock);
        return lease;
    }

    /// <summary>Returns the content of a lease; null if there is none.</summary>
    public static string? Read(string path)
    {
        try
        {
            return Encoding.ASCII.GetString(RegularFile.ReadBytes(path, 1 << 12));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _beating.ConfigureAwait(false);
        _stop.Dispose();
        if (IsMine())
            Strays.TryDelete(_path);
    }

    // A beat that fails is only missing: at worst another worker does the same work.
    private async Task BeatAsync(TimeSpan period, TimeProvider clock)
    {
        using var timer = new PeriodicTimer(period, clock);
        try
        {
            for (long beat = 1; await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false) && IsMine(); beat++)
            {
                try
                {
                    using Stream stream = Disk.Current.Open(_path, FileMode.Open, share: FileShare.ReadWrite | FileShare.Delete);
                    stream.Write(Content(beat));
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
            }
        }
        catch (OperationCanceledException) { }
    }

    private bool IsMine() => Read(_path)?.StartsWith(_owner, StringComparison.Ordinal) == true;

    // The same length every time, so that a beat overwrites the one before.
    private byte[] Content(long beat) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_owner} {beat:D19}\n"));
}
