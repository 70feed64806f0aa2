namespace LiftPlus.Data;

/// <summary>An image's encoded bytes behind a function that opens them, such as a row of a database or an object in blob storage.</summary>
internal sealed class OpenedImageSource(Func<CancellationToken, Task<Stream>> open, string name) : ImageSource(name)
{
    internal override bool MayRecover => true;

    internal override bool IsSlow => true;

    internal override EncodedBytes Read(long maxBytes = EncodedBytes.DefaultLimit) =>
        Task.Run(() => ReadAsync(maxBytes, null, CancellationToken.None)).GetAwaiter().GetResult();

    internal override async ValueTask<ImageSource> BufferAsync(
        ImageLimits limits,
        Func<int, ValueTask>? reserve,
        CancellationToken cancellationToken
    ) => new BufferedImageSource(await ReadAsync(limits.MaxEncodedBytes, reserve, cancellationToken).ConfigureAwait(false), Name);

    private async Task<EncodedBytes> ReadAsync(long maxBytes, Func<int, ValueTask>? reserve, CancellationToken cancellationToken)
    {
        Stream stream;
        try
        {
            stream = await open(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not LiftPlusException && !cancellationToken.IsCancellationRequested)
        {
            throw new ImageDecodeException(Name, $"it cannot be opened. {e.GetType().Name}: {e.Message}", e);
        }

        if (stream is null)
            throw new ImageDecodeException(Name, "the function that opens it returned null. Return a stream of the image's bytes.");
        await using (stream.ConfigureAwait(false))
            return await EncodedBytes.ReadAsync(stream, Name, maxBytes, reserve, cancellationToken).ConfigureAwait(false);
    }
}
