using Microsoft.Win32.SafeHandles;

namespace LiftPlus.Data;

/// <summary>The bytes of a file or stream in pooled memory.</summary>
internal readonly struct PooledFile : IDisposable
{
    private const long MostBytes = 1L << 30;
    private const int FirstStreamBytes = 1 << 16; // a stream's length is not known, and what it says of it not to be trusted

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

    /// <summary>Bytes that the image has in its file, read or not.</summary>
    public long FileLength { get; }

    /// <summary>Reads a whole file, up to 1 GiB.</summary>
    public static PooledFile Read(string path) => Read(path, MostBytes);

    /// <summary>Reads a whole file of limited size.</summary>
    public static PooledFile Read(string path, long mostBytes) => Read(path, null, int.MaxValue, 0, mostBytes);

    /// <summary>Reads a whole image, which is a file or a part of one.</summary>
    public static PooledFile Read(LabeledImage image) => Read(image.Path, image.Stored, int.MaxValue, 0, MostBytes);

    /// <summary>Reads an image's first and last bytes, one after the other; all of them where there are no more.</summary>
    public static PooledFile ReadEnds(LabeledImage image, int first, int last) => Read(image.Path, image.Stored, first, last, MostBytes);

    /// <summary>Reads a stream to its end, and no further than <paramref name="mostBytes"/> allow. Memory grows with what has come.</summary>
    public static async ValueTask<PooledFile> ReadAsync(Stream stream, string name, long mostBytes, CancellationToken cancellationToken)
    {
        byte[] bytes = PixelBuffer.Pool.Rent(FirstStreamBytes);
        int length = 0;
        try
        {
            while (await stream.ReadAsync(bytes.AsMemory(length), cancellationToken).ConfigureAwait(false) is int read and > 0)
            {
                length += read;
                if (length > mostBytes)
                    throw TooLarge(name, null, mostBytes);
                if (length == bytes.Length)
                    bytes = Grow(bytes);
            }

            if (length == 0)
                throw new ImageDecodeException(
                    name,
                    "the stream has no bytes, or has been read already. Give it at the image's first byte."
                );
            return new PooledFile(bytes, length, length);
        }
        catch (Exception e)
        {
            PixelBuffer.Pool.Return(bytes);
            throw e is IOException or ObjectDisposedException or NotSupportedException ? new ImageDecodeException(name, e.Message, e) : e;
        }
    }

    /// <summary>For an image of too many bytes.</summary>
    public static ImageDecodeException TooLarge(string name, long? length, long mostBytes) =>
        new(
            name,
            $"it has {(length is null ? "" : $"{length:N0} bytes, ")}more than the {mostBytes:N0} bytes that an image may have. Remove it, scale it down, or raise the limit."
        );

    private static byte[] Grow(byte[] bytes)
    {
        byte[] larger = PixelBuffer.Pool.Rent(bytes.Length * 2);
        bytes.CopyTo(larger, 0);
        PixelBuffer.Pool.Return(bytes);
        return larger;
    }

    private static PooledFile Read(string name, FileRange? range, int first, int last, long mostBytes)
    {
        byte[]? bytes = null;
        try
        {
            using SafeFileHandle handle = File.OpenHandle(range?.File ?? name, options: FileOptions.SequentialScan);
            (long start, long length) = range is null ? (0, RandomAccess.GetLength(handle)) : (range.Offset, range.Length);
            if (length == 0)
                throw new ImageDecodeException(name, "the file is empty. Restore it, or leave it out.");
            if (length > mostBytes)
                throw TooLarge(name, length, mostBytes);
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
                FileNotFoundException or DirectoryNotFoundException => new ImageDecodeException(
                    name,
                    "there is no such file. Check the list or the folder that its paths start from.",
                    e
                ),
                IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException => new ImageDecodeException(
                    name,
                    e.Message,
                    e
                ),
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
