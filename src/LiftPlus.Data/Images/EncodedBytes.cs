using LiftPlus.Files;
using LiftPlus.Texts;
using Microsoft.Win32.SafeHandles;

namespace LiftPlus.Data;

/// <summary>Holds an image's encoded bytes: the caller's own, or pooled memory that disposing returns.</summary>
internal readonly struct EncodedBytes : IDisposable
{
    /// <summary>The most bytes that are read of an image without other limits.</summary>
    public const long DefaultLimit = 1L << 30;

    private const int FirstStreamBytes = 1 << 12; // a stream's length may be unknown, or wrong; most senders of little send nothing more

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly byte[]? _pooled;

    /// <summary>Wraps bytes that somebody else owns.</summary>
    public EncodedBytes(ReadOnlyMemory<byte> bytes) => (_bytes, FullLength) = (bytes, bytes.Length);

    private EncodedBytes(byte[] pooled, int length, long fullLength) =>
        (_bytes, _pooled, FullLength) = (pooled.AsMemory(0, length), pooled, fullLength);

    /// <summary>Gets the bytes that were read.</summary>
    public ReadOnlySpan<byte> Span => _bytes.Span;

    /// <summary>Gets the length of the whole encoded image, read or not.</summary>
    public long FullLength { get; }

    /// <summary>Reads a whole file, or the part of it that holds an image.</summary>
    /// <param name="name">The name that messages use for the image.</param>
    /// <param name="file">The file.</param>
    /// <param name="part">Where the image starts and how long it is; null for the whole file.</param>
    /// <param name="maxBytes">The most bytes that are read.</param>
    public static EncodedBytes Read(string name, string file, (long Offset, long Length)? part = null, long maxBytes = DefaultLimit) =>
        Read(name, file, part, int.MaxValue, 0, maxBytes);

    /// <summary>Reads an image's first and last bytes, one after the other; all of them if the image is that short.</summary>
    public static EncodedBytes ReadEnds(string name, string file, (long Offset, long Length)? part, int first, int last) =>
        Read(name, file, part, first, last, DefaultLimit);

    /// <summary>Reads a stream to its end, up to <paramref name="maxBytes"/>. Memory grows with the bytes that have arrived.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">The name that messages use for the image.</param>
    /// <param name="maxBytes">The most bytes that are read.</param>
    /// <param name="reserve">Called with a number of bytes before that much more memory is taken; may wait or throw.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async ValueTask<EncodedBytes> ReadAsync(
        Stream stream,
        string name,
        long maxBytes,
        Func<int, ValueTask>? reserve,
        CancellationToken cancellationToken
    )
    {
        await Reserve(FirstStreamBytes).ConfigureAwait(false);
        byte[] bytes = PixelBuffer.Pool.Rent(FirstStreamBytes);
        int length = 0;
        try
        {
            while (await stream.ReadAsync(bytes.AsMemory(length), cancellationToken).ConfigureAwait(false) is int read and > 0)
            {
                length += read;
                if (length > maxBytes)
                    throw TooLarge(name, null, maxBytes);
                if (length < bytes.Length)
                    continue;
                int more = Math.Min(bytes.Length, Array.MaxLength - bytes.Length);
                await Reserve(more).ConfigureAwait(false);
                bytes = Grow(bytes, more);
            }

            if (length == 0)
                throw new ImageDecodeException(
                    name,
                    "the stream has no bytes, or has been read already. Pass it positioned at the image's first byte."
                );
            return new EncodedBytes(bytes, length, length);
        }
        catch (Exception e)
        {
            PixelBuffer.Pool.Return(bytes);
            throw e is IOException or ObjectDisposedException or NotSupportedException ? new ImageDecodeException(name, e.Message, e) : e;
        }

        ValueTask Reserve(int more) => reserve?.Invoke(more) ?? ValueTask.CompletedTask;
    }

    /// <summary>Reads a stream to its end, up to the limit of an image without other limits.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">The name that messages use for the image.</param>
    public static EncodedBytes Read(Stream stream, string name)
    {
        using var copy = new MemoryStream();
        byte[] part = new byte[FirstStreamBytes];
        while (stream.Read(part) is int read and > 0)
        {
            copy.Write(part, 0, read);
            if (copy.Length > DefaultLimit)
                throw TooLarge(name, null, DefaultLimit);
        }

        return new EncodedBytes(copy.GetBuffer().AsMemory(0, (int)copy.Length));
    }

    /// <summary>Creates the error for an image with too many bytes.</summary>
    public static ImageDecodeException TooLarge(string name, long? length, long maxBytes) =>
        new(
            name,
            $"it has {(length is null ? "" : $"{length:N0} bytes, ")}more than the {maxBytes:N0} bytes that an image may have. "
                + "Remove it, scale it down, or raise the limit."
        )
        {
            IsTooLarge = true,
            IsLasting = true,
        };

    public void Dispose()
    {
        if (_pooled is not null)
            PixelBuffer.Pool.Return(_pooled);
    }

    private static byte[] Grow(byte[] bytes, int more)
    {
        byte[] larger = PixelBuffer.Pool.Rent(bytes.Length + more);
        bytes.CopyTo(larger, 0);
        PixelBuffer.Pool.Return(bytes);
        return larger;
    }

    private static EncodedBytes Read(string name, string file, (long Offset, long Length)? part, int first, int last, long maxBytes)
    {
        byte[]? bytes = null;
        try
        {
            RegularFile.Check(file);
            using SafeFileHandle handle = File.OpenHandle(file, options: FileOptions.SequentialScan);
            (long start, long length) = part ?? (0, RandomAccess.GetLength(handle));
            if (length == 0)
                throw new ImageDecodeException(name, "the file is empty. Restore it, or leave it out.");
            if (length > maxBytes)
                throw TooLarge(name, length, maxBytes);
            bool whole = length <= (long)first + last;
            int count = whole ? (int)length : first + last;
            bytes = PixelBuffer.Pool.Rent(count);
            int read = Fill(handle, bytes.AsSpan(0, whole ? count : first), start);
            if (whole && read < count)
                throw new ImageDecodeException(name, "the file ends before the image does. Restore it, or leave it out.");
            if (!whole)
                read += Fill(handle, bytes.AsSpan(read, last), start + length - last);
            return new EncodedBytes(bytes, read, length);
        }
        catch (Exception e)
        {
            if (bytes is not null)
                PixelBuffer.Pool.Return(bytes);
            throw e switch
            {
                FileNotFoundException or DirectoryNotFoundException => new ImageDecodeException(
                    name,
                    $"the file does not exist. {OtherForm(file)}Check the list or the folder that its paths start from.",
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

    private static string OtherForm(string file) =>
        new[] { Composition.Compose(file), Composition.Decompose(file) }.Any(name => name != file && File.Exists(name))
            ? "A file whose name differs only in how Unicode stores accented letters does. "
            : "";

    private static int Fill(SafeFileHandle handle, Span<byte> to, long start)
    {
        int read = 0;
        while (read < to.Length && RandomAccess.Read(handle, to[read..], start + read) is int more and > 0)
            read += more;
        return read;
    }
}
