using System.Buffers;
using System.Runtime.InteropServices;

namespace LiftPlus.Inference;

/// <summary>Holds an image's values in pooled memory, or the error that prevented reading it.</summary>
internal sealed class PreparedImage(string name) : IDisposable
{
    private byte[]? _bytes;
    private int _length;

    /// <summary>Gets the image's file or name.</summary>
    public string Name => name;

    /// <summary>Gets why the image could not be read; null if it was.</summary>
    public LiftPlusException? Error { get; init; }

    /// <summary>Gets the shape of the values.</summary>
    public long[] Shape { get; private set; } = [];

    /// <summary>Gets the values as bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Gets the values as numbers: all views (V, 3, S, S), one after the other.</summary>
    public ReadOnlySpan<float> Numbers => MemoryMarshal.Cast<byte, float>(Bytes);

    /// <summary>Rents memory for the numbers of a shape.</summary>
    public Span<float> RentNumbers(long[] shape) => MemoryMarshal.Cast<byte, float>(RentBytes(shape, sizeof(float)));

    /// <summary>Rents memory for the bytes of a shape.</summary>
    public Span<byte> RentBytes(long[] shape, int valueSize = 1)
    {
        Dispose(); // of an earlier try
        long length = valueSize;
        foreach (long axis in shape)
            length = checked(length * axis);
        (_bytes, _length, Shape) = (ArrayPool<byte>.Shared.Rent(checked((int)length)), (int)length, shape);
        return _bytes.AsSpan(0, _length);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _bytes, null) is byte[] bytes)
            ArrayPool<byte>.Shared.Return(bytes);
    }
}
