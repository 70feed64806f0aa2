using System.Security.Cryptography;
using LiftPlus.Files;

namespace LiftPlus.Hub;

/// <summary>Represents a file that grows under a temporary name and is hashed as it grows. It is opened exclusively.</summary>
internal sealed class PartialBlob : IDisposable
{
    private readonly HubFile _file;
    private readonly string _path;
    private readonly Stream _stream;
    private IncrementalHash _hash;

    /// <summary>Opens the file that an earlier attempt left, or creates it.</summary>
    public PartialBlob(string path, HubFile file)
    {
        (_path, _file, _hash) = (path, file, file.StartHash());
        _stream = Disk.Current.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, bufferSize: 1);
        if (_stream.Length > file.Size)
            _stream.SetLength(0);
        Length = _stream.Length;
    }

    /// <summary>Gets the number of bytes written.</summary>
    public long Length { get; private set; }

    /// <summary>Hashes the bytes that were there when the file was opened.</summary>
    public async Task ReadOldAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        while (await _stream.ReadAsync(buffer, cancellationToken) is int read and > 0)
            _hash.AppendData(buffer, 0, read);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _stream.Write(bytes);
        }
        catch (IOException e)
        {
            throw new LiftPlusException($"{_path} cannot be written ({e.Message}). Make room, or set HF_HUB_CACHE to another folder.", e);
        }

        _hash.AppendData(bytes);
        Length += bytes.Length;
    }

    /// <summary>Discards everything.</summary>
    public void Clear()
    {
        _stream.SetLength(0);
        _hash.Dispose();
        _hash = _file.StartHash();
        Length = 0;
    }

    /// <summary>Compares the hash of all bytes; returns the wrong one, or null.</summary>
    public string? Finish()
    {
        string found = Convert.ToHexStringLower(_hash.GetHashAndReset());
        return found.Equals(_file.Tag, StringComparison.OrdinalIgnoreCase) ? null : found;
    }

    public void Dispose()
    {
        _hash.Dispose();
        _stream.Dispose();
    }
}
