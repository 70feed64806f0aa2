using System.Runtime.CompilerServices;
using LiftPlus.Data;

namespace LiftPlus.Inference;

/// <summary>Prepares images in batches, one batch ahead of the one in use.</summary>
internal static class PreparedBatches
{
    /// <summary>Returns the batches in order. The caller disposes each.</summary>
    public static async IAsyncEnumerable<PreparedImage[]> ReadAsync(
        IAsyncEnumerable<ImageSource> sources,
        ImagePreparer preparer,
        ImageLimits limits,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var workers = new SemaphoreSlim(preparer.Workers);
        await using IAsyncEnumerator<ImageSource> source = sources.GetAsyncEnumerator(stop.Token);
        Task<PreparedImage[]> next = FillAsync();
        try
        {
            while (await next.ConfigureAwait(false) is { Length: > 0 } batch)
            {
                next = FillAsync();
                yield return batch;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            // A failure of a batch that is no longer wanted must not hide another.
            await next.ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            if (next.IsCompletedSuccessfully)
                Free(next.Result);
        }

        async Task<PreparedImage[]> FillAsync()
        {
            List<Task<PreparedImage>> images = [];
            try
            {
                while (images.Count < preparer.BatchSize && await source.MoveNextAsync().ConfigureAwait(false))
                {
                    ImageSource current = source.Current;
                    await workers.WaitAsync(stop.Token).ConfigureAwait(false);
                    images.Add(Task.Run(() => PrepareAsync(current)));
                }

                return await Task.WhenAll(images).ConfigureAwait(false);
            }
            catch
            {
                await Task.WhenAll(images).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
                Free(images.Where(image => image.IsCompletedSuccessfully).Select(image => image.Result));
                throw;
            }
        }

        async Task<PreparedImage> PrepareAsync(ImageSource image)
        {
            try
            {
                return await preparer.PrepareAsync(image, limits, stop.Token).ConfigureAwait(false);
            }
            finally
            {
                workers.Release();
            }
        }
    }

    public static void Free(IEnumerable<PreparedImage> images)
    {
        foreach (PreparedImage image in images)
            image.Dispose();
    }
}
