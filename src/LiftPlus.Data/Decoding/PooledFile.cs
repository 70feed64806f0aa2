using Microsoft.Win32.SafeHandles;

namespace LiftPlus.Data;

/// <summary>The bytes of a file in pooled memory.</summary>
internal readonly struct PooledFile : IDisposable
{
    private const long MostBytes = 1L << 30;

    private readonly byte[] _bytes;
    private readonly int _length;

    private PooledFile(byte[] bytes, int length)
    {
        _bytes = bytes;
        _length = length;
    }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Reads a whole file, up to 1 GiB.</summary>
    public static PooledFile Read(string path)
    {
        byte[]? bytes = null;
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
            long length = RandomAccess.GetLength(handle);
            if (length == 0)
                throw new ImageDecodeException(path, "the file is empty. Restore it, or remove it from the data set.");
            if (length > MostBytes)
                throw new ImageDecodeException(path, $"the file has {length:N0} bytes, more than the {MostBytes:N0} that a picture may have. Remove it from the data set.");
            bytes = PixelBuffer.Pool.Rent((int)length);
            int read = 0;
            while (read < length && RandomAccess.Read(handle, bytes.AsSpan(read, (int)length - read), read) is int more and > 0)
                read += more;
            return new PooledFile(bytes, read);
        }
        catch (Exception e)
        {
            if (bytes is not null)
                PixelBuffer.Pool.Return(bytes);
            throw e switch
            {
                FileNotFoundException or DirectoryNotFoundException =>
                    new ImageDecodeException(path, "there is no such file. Check the list or the folder that its paths start from.", e),
                IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException => new ImageDecodeException(path, e.Message, e),
                _ => e,
            };
        }
    }

    public void Dispose() => PixelBuffer.Pool.Return(_bytes);
}
