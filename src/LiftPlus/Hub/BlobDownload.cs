using System.Net;
using LiftPlus.Files;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace LiftPlus.Hub;

/// <summary>
/// Downloads the content of one file into the cache. It grows as <c>blobs/tag.incomplete</c>, which a later attempt or process continues,
/// and gets its name only when length and hash are right. A damaged content under that name is replaced.
/// </summary>
internal sealed class BlobDownload(
    HubClient client,
    HubCache cache,
    HubRepository repository,
    string commit,
    HubOptions options,
    ILogger logger
)
{
    private readonly byte[] _buffer = new byte[1 << 17];

    /// <param name="file">The file.</param>
    /// <param name="report">Receives the number of bytes that have arrived.</param>
    /// <param name="cancellationToken">Stops the download; what has arrived is kept.</param>
    /// <exception cref="LiftPlusException">
    /// The server disconnects repeatedly or sends something else, or the cache cannot be written.
    /// </exception>
    public async Task FetchAsync(HubFile file, Action<long> report, CancellationToken cancellationToken)
    {
        string blob = cache.Blob(file),
            partial = blob + ".incomplete";
        using IDisposable alone = await cache.LockAsync(file, cancellationToken);
        if (File.Exists(blob))
        {
            if (await CheckedBlobs.FindFaultAsync(blob, cancellationToken) is not string fault)
                return; // another process was first
            HubLog.Damaged(logger, repository.ToString(), fault);
        }

        Disk.Current.CreateFolder(Path.GetDirectoryName(blob)!);
        for (bool isFirst = true; ; isFirst = false)
        {
            bool hasOldBytes;
            string? wrong;
            using (PartialBlob output = new(partial, file))
            {
                hasOldBytes = output.Length > 0;
                await FillAsync(file, output, report, cancellationToken);
                wrong = output.Finish();
            }

            if (wrong is null)
                break;
            Disk.Current.Delete(partial);
            if (!isFirst || !hasOldBytes) // an earlier download may have left damaged bytes; new ones must be right
            {
                throw new HubException(
                    $"{repository}: {file.Name} has the {file.HashName} {wrong} instead of {file.Tag}; it was not kept. "
                        + $"Try again; if it stays so, check HF_ENDPOINT ({options.Endpoint})."
                );
            }

            HubLog.StartingOver(logger, repository.Id, file.Name);
        }

        WholeFile.Publish(partial, blob);
        CheckedBlobs.Add(blob);
    }

    // Continues after disconnects as long as the download gets further.
    private async Task FillAsync(HubFile file, PartialBlob output, Action<long> report, CancellationToken cancellationToken)
    {
        if (output.Length > 0)
        {
            HubLog.Resuming(logger, repository.Id, file.Name, output.Length);
            await output.ReadOldAsync(_buffer, cancellationToken);
            report(output.Length);
        }

        DownloadAttempts attempts = new(file.Size, options.MaxDisconnects, output.Length);
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder()
            .AddRetry(
                new RetryStrategyOptions
                {
                    MaxRetryAttempts = int.MaxValue,
                    Delay = options.RetryDelay,
                    ShouldHandle = arguments =>
                        ValueTask.FromResult(
                            arguments.Outcome.Exception is IOException or TimeoutException && attempts.MayContinue(output.Length)
                        ),
                    OnRetry = arguments =>
                    {
                        HubLog.Retrying(
                            logger,
                            $"{file.Name} broke off at byte {output.Length} of {file.Size}",
                            arguments.RetryDelay.TotalSeconds
                        );
                        return ValueTask.CompletedTask;
                    },
                }
            )
            .Build();
        try
        {
            await pipeline.ExecuteAsync(token => new ValueTask(ReceiveAsync(file, output, attempts, report, token)), cancellationToken);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            throw new HubException(
                $"{repository}: {file.Name} broke off at byte {output.Length} of {file.Size} ({e.Message.TrimEnd('.')}). "
                    + "What has arrived is kept; try again to continue from there.",
                e
            );
        }
    }

    private async Task ReceiveAsync(
        HubFile file,
        PartialBlob output,
        DownloadAttempts attempts,
        Action<long> report,
        CancellationToken cancellationToken
    )
    {
        if (output.Length == file.Size)
            return;
        using HttpResponseMessage response = await client.OpenAsync(repository, commit, file.Name, output.Length, cancellationToken);
        if (response.StatusCode == HttpStatusCode.OK)
            output.Clear(); // the server does not support ranges
        else if (!Continues(response, output.Length))
            throw Restart(output);
        if (response.Content.Headers.ContentLength is long announced && announced != file.Size - output.Length)
            throw WrongLength(file, output.Length + announced);
        if (response.Content.Headers.ContentRange?.Length is long whole && whole != file.Size)
            throw WrongLength(file, whole);

        using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        SteadyReader reader = new(body, options.IdleTimeout, attempts.Least);
        while (await reader.ReadAsync(_buffer, cancellationToken) is int read and > 0)
        {
            if (!attempts.Receive(read))
                throw TooMuch(file);
            if (output.Length + read > file.Size)
                throw WrongLength(file, output.Length + read);
            output.Append(_buffer.AsSpan(0, read));
            report(output.Length);
        }

        if (output.Length < file.Size)
            throw new IOException("the connection was closed");
    }

    private static bool Continues(HttpResponseMessage response, long from) =>
        response.StatusCode == HttpStatusCode.PartialContent
        && response.Content.Headers.ContentRange is { Unit: "bytes", From: long start }
        && start == from;

    private static IOException Restart(PartialBlob output)
    {
        output.Clear();
        return new IOException("the server does not continue where it broke off");
    }

    private HubException TooMuch(HubFile file) =>
        new(
            $"{repository}: {file.Name} has {file.Size} bytes, and the server has sent several times as many, because it starts over after "
                + $"each break. Try again on another network; if it stays so, check HF_ENDPOINT ({options.Endpoint})."
        );

    private HubException WrongLength(HubFile file, long length) =>
        new(
            $"{repository}: {file.Name} should have {file.Size} bytes, and the server sends {length} or more. "
                + $"Check HF_ENDPOINT ({options.Endpoint})."
        );
}
