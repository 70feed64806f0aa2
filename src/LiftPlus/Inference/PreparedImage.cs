using System.Buffers;

namespace LiftPlus.Inference;

/// <summary>Holds an image's values in pooled memory, or the error that prevented reading it.</summary>
internal sealed class PreparedImage(string name) : IDisposable
{
    private float[]? _numbers;
    private int _length;

    /// <summary>Gets the image's file or name.</summary>
    public string Name => name;

    /// <summary>Gets why the image could not be read; null if it was.</summary>
    public LiftPlusException? Error { get; init; }

    /// <summary>Gets the values of all views (V, 3, S, S), one after the other.</summary>
    public ReadOnlySpan<float> Numbers => _numbers.AsSpan(0, _length);

    /// <summary>Rents memory for the values.</summary>
    public Span<float> Rent(int length)
    {
        (_numbers, _length) = (ArrayPool<float>.Shared.Rent(length), length);
        return _numbers.AsSpan(0, length);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _numbers, null) is float[] numbers)
            ArrayPool<float>.Shared.Return(numbers);
    }
}
