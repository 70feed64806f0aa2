using System.Buffers;

namespace LiftPlus.Inference;

/// <summary>An image as numbers, in pooled memory, or the reason why there are none.</summary>
internal sealed class PreparedImage(string name) : IDisposable
{
    private float[]? _numbers;
    private int _length;

    /// <summary>The image's file or name.</summary>
    public string Name => name;

    /// <summary>Why it could not be read; null where it was.</summary>
    public LiftPlusException? Error { get; init; }

    /// <summary>All views (V, 3, S, S), one after the other.</summary>
    public ReadOnlySpan<float> Numbers => _numbers.AsSpan(0, _length);

    /// <summary>Takes memory for the numbers.</summary>
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
