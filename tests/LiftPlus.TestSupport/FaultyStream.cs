namespace LiftPlus.TestSupport;

/// <summary>Counts writes, flushes and the end of a file for a <see cref="FaultyDisk"/>. A write that fails is done by half.</summary>
internal sealed class FaultyStream(FaultyDisk disk, string file, Stream inner) : Stream
{
    private bool _isDisposed;

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void SetLength(long value)
    {
        disk.Step(file);
        inner.SetLength(value);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            disk.Step(file, takesSpace: true);
        }
        catch
        {
            inner.Write(buffer[..(buffer.Length / 2)]);
            throw;
        }

        inner.Write(buffer);
    }

    public override void Flush()
    {
        disk.Step(file, takesSpace: true);
        inner.Flush();
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing || _isDisposed)
            return;
        _isDisposed = true;
        inner.Dispose(); // a file is closed even if that fails
        disk.Step(file, takesSpace: true);
    }
}
