namespace LiftPlus.Data;

/// <summary>
/// Encoded bytes in pooled memory, to be read once. Reading passes the memory on; disposing returns memory that was not read.
/// </summary>
internal sealed class BufferedImageSource(EncodedBytes bytes, string name) : ImageSource(name), IDisposable
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
