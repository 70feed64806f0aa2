using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using LiftPlus.Native;
using static TorchSharp.torch;

namespace LiftPlus.Weights;

/// <summary>
/// Maps a file for reading, so that tensors can use its bytes in place. If another process truncates the file while it is mapped, this
/// process ends, as with any mapping. The length is therefore checked once, and the file stays open without write sharing.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly FileStream _stream;
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;

    /// <exception cref="WeightFileException">The file is missing or must not be read.</exception>
    public MappedFile(string path)
    {
        Path = path;
        try
        {
            _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new WeightFileException(path, "the file does not exist. Check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightFileException(
                path,
                $"the file cannot be opened ({e.Message}). Check that it is a file and that it may be read.",
                e
            );
        }

        Length = _stream.Length;
        if (Length == 0)
            return; // an empty file has no mapping
        try
        {
            _map = MemoryMappedFile.CreateFromFile(
                _stream,
                null,
                0,
                MemoryMappedFileAccess.Read,
                HandleInheritability.None,
                leaveOpen: true
            );
            _view = _map.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _map?.Dispose();
            _stream.Dispose();
            throw new WeightFileException(path, $"the file cannot be mapped ({e.Message}). Copy it to a local disk.", e);
        }

        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _start = pointer + _view.PointerOffset;
    }

    public string Path { get; }

    public long Length { get; }

    /// <summary>Computes the SHA-256 of the open file, in lower-case hexadecimal.</summary>
    public string Sha256()
    {
        _stream.Position = 0;
        return Convert.ToHexStringLower(SHA256.HashData(_stream));
    }

    /// <summary>Returns bytes of the file. The caller has checked that they are inside it.</summary>
    public ReadOnlySpan<byte> Bytes(long offset, int count)
    {
        Check(offset, count);
        return new ReadOnlySpan<byte>(_start + offset, count);
    }

    /// <summary>
    /// Shows a tensor over the file's own bytes, which may only be read, and only during the call. It gets a mapping of its own that ends
    /// with the call: pages of the whole file would count as this process's memory for as long as the file is open.
    /// </summary>
    public void Use(TensorInfo info, Action<Tensor> use)
    {
        Check(info.Offset, info.ByteCount);
        if (info.ByteCount == 0)
        {
            using Tensor nothing = Interop.FromBlob(0, info.Shape.AsSpan(), info.DataType);
            use(nothing);
            return;
        }

        if (info.DataType == ScalarType.Bool)
            CheckBooleans(info);
        using MemoryMappedViewAccessor view = _map!.CreateViewAccessor(info.Offset, info.ByteCount, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        try
        {
            using Tensor tensor = Interop.FromBlob((nint)(pointer + view.PointerOffset), info.Shape.AsSpan(), info.DataType);
            use(tensor);
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    public void Dispose()
    {
        if (_view is { SafeMemoryMappedViewHandle.IsClosed: false }) // a second time does nothing
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
        }

        _map?.Dispose();
        _stream.Dispose();
    }

    // Native code takes a boolean's byte for 0 or 1 without looking.
    private void CheckBooleans(TensorInfo info)
    {
        for (long i = 0; i < info.ByteCount; i++)
        {
            if (_start[info.Offset + i] > 1)
                throw new WeightFileException(
                    Path,
                    $"byte {info.Offset + i} of a boolean tensor is {_start[info.Offset + i]}, not 0 or 1. The file is damaged."
                );
        }
    }

    private void Check(long offset, long count)
    {
        ObjectDisposedException.ThrowIf(_stream.SafeFileHandle.IsClosed, this);
        if (offset < 0 || count < 0 || offset > Length - count)
            throw new WeightFileException(
                Path,
                $"bytes {offset} to {offset + count} are outside the file of {Length} bytes. Fetch the file again."
            );
    }
}
