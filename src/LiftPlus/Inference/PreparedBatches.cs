using System.Runtime.CompilerServices;
using LiftPlus.Data;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>Prepares pictures in batches, one batch ahead of the one in use.</summary>
internal static class PreparedBatches
{
    /// <summary>The batches, in order; each is the caller's to dispose.</summary>
    public static async IAsyncEnumerable<PreparedPicture[]> ReadAsync(
        IAsyncEnumerable<PictureSource> sources,
        PicturePreparer preparer,
        PictureLimits limits,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var workers = new SemaphoreSlim(Math.Max(1, Environment.ProcessorCount - get_num_threads()));
        await using IAsyncEnumerator<PictureSource> source = sources.GetAsyncEnumerator(stop.Token);
        Task<PreparedPicture[]> next = FillAsync();
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
            await next.ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false); // no failure of a batch that nobody wants hides another
            if (next.IsCompletedSuccessfully)
                Free(next.Result);
        }

        async Task<PreparedPicture[]> FillAsync()
        {
            List<Task<PreparedPicture>> pictures = [];
            try
            {
                while (pictures.Count < preparer.BatchSize && await source.MoveNextAsync().ConfigureAwait(false))
                {
                    PictureSource current = source.Current;
                    await workers.WaitAsync(stop.Token).ConfigureAwait(false);
                    pictures.Add(Task.Run(() => PrepareAsync(current)));
                }

                return await Task.WhenAll(pictures).ConfigureAwait(false);
            }
            catch
            {
                await Task.WhenAll(pictures).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
                Free(pictures.Where(picture => picture.IsCompletedSuccessfully).Select(picture => picture.Result));
                throw;
            }
        }

        async Task<PreparedPicture> PrepareAsync(PictureSource picture)
        {
            try
            {
                return await preparer.PrepareAsync(picture, limits, stop.Token).ConfigureAwait(false);
            }
            finally
            {
                workers.Release();
            }
        }
    }

    public static void Free(IEnumerable<PreparedPicture> pictures)
    {
        foreach (PreparedPicture picture in pictures)
            picture.Dispose();
    }
}
