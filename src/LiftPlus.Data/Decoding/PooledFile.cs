using Microsoft.Win32.SafeHandles;

namespace LiftPlus.Data;

/// <summary>The bytes of a file in pooled memory.</summary>
internal readonly struct PooledFile : IDisposable
{
    private const long MostBytes = 1L << 30;

    private readonly byte[] _bytes;
    private readonly int _length;

    private PooledFile(byte[] bytes, int length, long fileLength)
    {
        _bytes = bytes;
        _length = length;
        FileLength = fileLength;
    }

    /// <summary>What was read.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Bytes that the picture has in its file, read or not.</summary>
    public long FileLength { get; }

    /// <summary>Reads a whole file, up to 1 GiB.</summary>
    public static PooledFile Read(string path) => Read(path, null, int.MaxValue, 0);

    /// <summary>Reads a whole picture, which is a file or a part of one.</summary>
    public static PooledFile Read(LabeledImage picture) => Read(picture.Path, picture.Stored, int.MaxValue, 0);

    /// <summary>Reads a picture's first and last bytes, one after the other; all of them where there are no more.</summary>
    public static PooledFile ReadEnds(LabeledImage picture, int first, int last) => Read(picture.Path, picture.Stored, first, last);

    private static PooledFile Read(string name, FileRange? range, int first, int last)
    {
        byte[]? bytes = null;
        try
        {
            using SafeFileHandle handle = File.OpenHandle(range?.File ?? name, options: FileOptions.SequentialScan);
            (long start, long length) = range is null ? (0, RandomAccess.GetLength(handle)) : (range.Offset, range.Length);
            if (length == 0)
                throw new ImageDecodeException(name, "the file is empty. Restore it, or remove it from the data set.");
            if (length > MostBytes)
                throw new ImageDecodeException(name, $"the file has {length:N0} bytes, more than the {MostBytes:N0} that a picture may have. Remove it from the data set.");
            bool whole = length <= (long)first + last;
            int count = whole ? (int)length : first + last;
            bytes = PixelBuffer.Pool.Rent(count);
            int read = Fill(handle, bytes.AsSpan(0, whole ? count : first), start);
            if (!whole)
                read += Fill(handle, bytes.AsSpan(read, last), start + length - last);
            return new PooledFile(bytes, read, length);
        }
        catch (Exception e)
        {
            if (bytes is not null)
                PixelBuffer.Pool.Return(bytes);
            throw e switch
            {
                FileNotFoundException or DirectoryNotFoundException =>
                    new ImageDecodeException(name, "there is no such file. Check the list or the folder that its paths start from.", e),
                IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException => new ImageDecodeException(name, e.Message, e),
                _ => e,
            };
        }
    }

    private static int Fill(SafeFileHandle handle, Span<byte> to, long start)
    {
        int read = 0;
        while (read < to.Length && RandomAccess.Read(handle, to[read..], start + read) is int more and > 0)
            read += more;
        return read;
    }

    public void Dispose() => PixelBuffer.Pool.Return(_bytes);
}
