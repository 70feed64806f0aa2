using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace LiftPlus.Files;

/// <summary>
/// Reads parts of a weight file into memory of this process. Everything that it returns was in the file when it was opened: if another
/// process writes to the file meanwhile, reading fails. A mapped file would end this process instead.
/// </summary>
internal sealed class SourceFile : IDisposable
{
    private const int WindowLength = 1 << 16,
        PartLength = 1 << 20; // of a hash

    private readonly SafeFileHandle _handle;
    private readonly FileVersion _version;
    private readonly byte[] _window; // the part of the file that was read last in small pieces
    private long _windowStart;
    private int _windowLength;

    /// <exception cref="WeightFileException">The file is missing or must not be read.</exception>
    public SourceFile(string path)
    {
        Path = path;
        try
        {
            _handle = RegularFile.Open(path);
            _version = FileVersion.Settle(_handle);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new WeightFileException(path, "the file does not exist. Check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            _handle?.Dispose();
            throw new WeightFileException(
                path,
                $"the file cannot be opened ({e.Message}). Check that it is a file and that it may be read.",
                e
            );
        }

        _window = new byte[Math.Min(WindowLength, Length)];
    }

    public string Path { get; }

    public long Length => _version.Length;

    /// <summary>Returns bytes of the file. They are valid until the next call.</summary>
    /// <exception cref="WeightFileException">The bytes are outside the file, or the file changed after it was opened.</exception>
    public ReadOnlySpan<byte> Bytes(long offset, int count)
    {
        if (count > _window.Length)
        {
            Check(offset, count);
            byte[] bytes = new byte[count];
            Read(offset, bytes);
            return bytes;
        }

        if (offset < _windowStart || offset + count > _windowStart + _windowLength)
        {
            Check(offset, count);
            _windowLength = 0;
            int length = (int)Math.Min(_window.Length, Length - offset);
            Read(offset, _window.AsSpan(0, length));
            (_windowStart, _windowLength) = (offset, length);
        }

        return _window.AsSpan((int)(offset - _windowStart), count);
    }

    /// <summary>Fills memory with bytes of the file.</summary>
    /// <exception cref="WeightFileException">The bytes are outside the file, or the file changed after it was opened.</exception>
    public void Read(long offset, Span<byte> to)
    {
        Check(offset, to.Length);
        try
        {
            for (int done = 0; done < to.Length; )
            {
                int read = RandomAccess.Read(_handle, to[done..], offset + done);
                done += read > 0 ? read : throw Changed();
            }

            if (FileVersion.Of(_handle) != _version)
                throw Changed();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightFileException(Path, $"bytes {offset} to {offset + to.Length} cannot be read ({e.Message}).", e);
        }
    }

    /// <summary>Computes the SHA-256 of the file, in lower-case hexadecimal.</summary>
    /// <exception cref="WeightFileException">The file changed after it was opened.</exception>
    public string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] part = new byte[Math.Min(PartLength, Length)];
        for (long offset = 0; offset < Length; offset += part.Length)
        {
            Span<byte> bytes = part.AsSpan(0, (int)Math.Min(part.Length, Length - offset));
            Read(offset, bytes);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Dispose() => _handle.Dispose();

    private void Check(long offset, long count)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        if (offset < 0 || count < 0 || offset > Length - count)
            throw new WeightFileException(
                Path,
                $"bytes {offset} to {offset + count} are outside the file of {Length} bytes. Fetch the file again."
            );
    }

    private WeightFileException Changed() =>
        new(Path, "the file was written to while it was read. Write a new version beside it and rename it, then load it again.");
}
