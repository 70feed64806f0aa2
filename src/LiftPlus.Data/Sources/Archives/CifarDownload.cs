using System.Security.Cryptography;
using LiftPlus.Data;
using LiftPlus.Files;

namespace LiftPlus;

/// <summary>Downloads CIFAR from its publisher. Nothing is downloaded unless this is called.</summary>
public static class CifarDownload
{
    private const int ReportEvery = 1 << 20, // bytes
        LeastInAMinute = 1 << 16; // of a connection that is not lost
    private const long MaxBytes = 256 << 20; // an archive has 170 MB

    private static readonly TimeSpan s_longestSilence = TimeSpan.FromMinutes(1);

    /// <summary>Downloads CIFAR-10 or CIFAR-100 (the Python archive, about 160 MB) into a folder, unless it is already there.</summary>
    /// <param name="name">"CIFAR-10" or "CIFAR-100", in any case.</param>
    /// <param name="folder">
    /// The folder for the archive; created if needed. Pass the same folder to <c>ImageDataset.FromCifar10</c> or
    /// <c>ImageDataset.FromCifar100</c>.
    /// </param>
    /// <param name="progress">Called about once per megabyte, on the receiving thread.</param>
    /// <param name="cancellationToken">Stops the download and deletes what has arrived.</param>
    /// <returns>The archive's path.</returns>
    /// <exception cref="LiftPlusException">
    /// The name is unknown, the server cannot be reached or refuses, the archive is not the publisher's, or the folder cannot be written.
    /// </exception>
    public static Task<string> FetchAsync(
        string name,
        string folder,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        CifarArchive archive = Array.Find(CifarArchive.All, archive =>
            archive.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && archive.IsPickled
        )
            ?? throw new LiftPlusException(
                $"'{name}' cannot be downloaded by name; CIFAR-10 and CIFAR-100 can. "
                    + "The other datasets say what to download when they are opened."
            );
        return FetchAsync(new Uri(CifarArchive.Publisher), archive, folder, progress, cancellationToken);
    }

    internal static async Task<string> FetchAsync(
        Uri publisher,
        CifarArchive archive,
        string folder,
        IProgress<DownloadProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        string path = Path.Combine(folder, archive.Archive);
        if (File.Exists(path))
            return path;
        using Stray part = Stray.New(Path.GetFullPath(path));
        Uri address = new(publisher, archive.Archive);
        try
        {
            Disk.Current.CreateFolder(folder);
            Strays.Sweep(Path.GetFullPath(path));
            string found = await ReceiveAsync(address, part.Path, progress, cancellationToken);
            if (found != archive.Md5)
                throw new LiftPlusException(
                    $"{address} has the MD5 {found}, the publisher's archive has {archive.Md5}: the download is incomplete, "
                        + "or another file. "
                        + $"Try again, or download it another way and put it at '{path}'."
                );
            WholeFile.Publish(part.Path, path);
            return path;
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException)
        {
            throw new LiftPlusException(
                $"{address} cannot be fetched: {e.Message.TrimEnd('.')}. Try again, or download it by another way and put it at '{path}'.",
                e
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException(
                $"{address} cannot be fetched into '{folder}': {e.Message} Free some space or choose another folder; "
                    + "if the connection was lost, try again.",
                e
            );
        }
    }

    // Returns the MD5 of the received bytes.
    private static async Task<string> ReceiveAsync(
        Uri address,
        string part,
        IProgress<DownloadProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        using HttpResponseMessage answer = await WithinAMinute(
            ct => client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, ct),
            cancellationToken
        );
        answer.EnsureSuccessStatusCode();
        long? total = answer.Content.Headers.ContentLength;
        string name = Path.GetFileName(address.LocalPath);
        await using Stream from = await answer.Content.ReadAsStreamAsync(cancellationToken);
        SteadyReader reader = new(from, s_longestSilence, LeastInAMinute);
        await using Stream to = Disk.Current.Open(part, FileMode.CreateNew);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        byte[] buffer = new byte[1 << 17];
        long came = 0,
            reported = 0;
        while (await reader.ReadAsync(buffer, cancellationToken) is int read and > 0)
        {
            if (came + read > MaxBytes)
                throw new HttpRequestException($"It has more than {MaxBytes >> 20} MiB.");
            hash.AppendData(buffer, 0, read);
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            came += read;
            if (came - reported >= ReportEvery || came == total)
            {
                reported = came;
                progress?.Report(new DownloadProgress(name, came, total));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // A connection that is silent for this long is considered lost.
    private static async Task<T> WithinAMinute<T>(Func<CancellationToken, Task<T>> receive, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(s_longestSilence);
        try
        {
            return await receive(silence.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException("Nothing came for a minute.");
        }
    }
}
