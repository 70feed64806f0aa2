using System.Buffers;

namespace LiftPlus.Data;

/// <summary>
/// The taps of one resampling direction. Output place i is a weighted sum of the inputs from <see cref="Start"/>(i) on. Weights are
/// fixed-point with 22 bits, each split as weight = high · 2¹¹ + low (low in 0..2047) so that both parts fit 16-bit multiply-add
/// instructions; two neighbouring taps share one 32-bit word. Places are padded with zero weights to a common number of pairs.
/// </summary>
internal sealed class ResampleTable : IDisposable
{
    /// <summary>Fraction bits of a weight: 8-bit pixels and 2 bits of headroom in 32.</summary>
    public const int Precision = 22;

    /// <summary>Bits of a weight's low part.</summary>
    public const int LowBits = 11;

    private const double A = -0.5; // the shape of the cubic, as Pillow has it

    private readonly int[] _starts;
    private readonly int[] _counts;
    private readonly int[] _weights;

    /// <summary>
    /// Makes the taps of the output places first .. first + count - 1 of a line resized from <paramref name="input"/> to
    /// <paramref name="output"/>.
    /// </summary>
    public ResampleTable(int input, int output, int first, int count, ResizeFilter filter)
    {
        (double reach, Func<double, double> weigh) = filter switch
        {
            ResizeFilter.Bicubic => (2.0, (Func<double, double>)Cubic),
            ResizeFilter.Bilinear => (1.0, Triangle),
            _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, null),
        };
        Count = count;
        double scale = (double)input / output,
            filterScale = Math.Max(scale, 1),
            support = reach * filterScale,
            inverse = 1 / filterScale;
        int most = (int)Math.Ceiling(support) * 2 + 1;
        Pairs = (most + 3) / 4 * 2; // whole vectors of four taps
        _starts = ArrayPool<int>.Shared.Rent(count);
        _counts = ArrayPool<int>.Shared.Rent(count);
        _weights = ArrayPool<int>.Shared.Rent(count * Pairs * 2);
        double[] taps = ArrayPool<double>.Shared.Rent(most);
        for (int i = 0; i < count; i++)
        {
            double centre = (first + i + 0.5) * scale;
            int start = Math.Max(0, (int)(centre - support + 0.5));
            int length = Math.Min(input, (int)(centre + support + 0.5)) - start;
            double sum = 0;
            for (int t = 0; t < length; t++)
                sum += taps[t] = weigh((t + start - centre + 0.5) * inverse);
            _starts[i] = start;
            _counts[i] = length;
            Fill(_weights.AsSpan(i * Pairs * 2, Pairs * 2), taps.AsSpan(0, length), sum);
        }

        ArrayPool<double>.Shared.Return(taps);
    }

    /// <summary>Number of output places.</summary>
    public int Count { get; }

    /// <summary>Tap pairs of each place, padding included; even.</summary>
    public int Pairs { get; }

    /// <summary>The first input of place <paramref name="i"/>.</summary>
    public int Start(int i) => _starts[i];

    /// <summary>The real taps of place <paramref name="i"/>.</summary>
    public int Length(int i) => _counts[i];

    /// <summary>For each pair p of place <paramref name="i"/>: [2p] the high parts of its two weights, [2p + 1] their low parts.</summary>
    public ReadOnlySpan<int> Weights(int i) => _weights.AsSpan(i * Pairs * 2, Pairs * 2);

    /// <summary>The weight of tap <paramref name="t"/> of place <paramref name="i"/>.</summary>
    public int Weight(int i, int t)
    {
        int at = i * Pairs * 2 + t / 2 * 2,
            shift = 16 * (t % 2);
        return ((short)(_weights[at] >> shift) << LowBits) + (short)(_weights[at + 1] >> shift);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_starts);
        ArrayPool<int>.Shared.Return(_counts);
        ArrayPool<int>.Shared.Return(_weights);
    }

    private static void Fill(Span<int> words, ReadOnlySpan<double> taps, double sum)
    {
        words.Clear();
        for (int t = 0; t < taps.Length; t++)
        {
            double exact = (sum != 0 ? taps[t] / sum : taps[t]) * (1 << Precision);
            int weight = (int)(exact < 0 ? exact - 0.5 : exact + 0.5); // half away from zero
            int shift = 16 * (t % 2);
            words[t / 2 * 2] |= ((weight >> LowBits) & 0xFFFF) << shift;
            words[t / 2 * 2 + 1] |= (weight & ((1 << LowBits) - 1)) << shift;
        }
    }

    private static double Triangle(double x) => Math.Max(0, 1 - Math.Abs(x));

    private static double Cubic(double x)
    {
        x = Math.Abs(x);
        if (x < 1)
            return ((A + 2) * x - (A + 3)) * x * x + 1;
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
    }
}
