namespace LiftPlus.Data;

/// <summary>A stream of an image's encoded bytes.</summary>
internal sealed class StreamImageSource(Stream encoded, string name) : ImageSource(name)
{
    internal override bool IsRepeatable => false;

    internal override async ValueTask<ImageSource> BufferAsync(
        ImageLimits limits,
        Func<int, ValueTask>? reserve,
        CancellationToken cancellationToken
    ) =>
        new Buffered(
            await EncodedBytes.ReadAsync(encoded, Name, limits.MaxEncodedBytes, reserve, cancellationToken).ConfigureAwait(false),
            Name
        );

    // Reading it passes the memory on; disposing it returns memory that was not read.
    private sealed class Buffered(EncodedBytes bytes, string name) : ImageSource(name), IDisposable
    {
        private int _isTaken;

        internal override bool IsRepeatable => false;

        internal override EncodedBytes Read(long maxBytes = EncodedBytes.DefaultLimit)
        {
            Interlocked.Exchange(ref _isTaken, 1);
            return bytes;
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isTaken, 1) == 0)
                bytes.Dispose();
        }
    }
}
