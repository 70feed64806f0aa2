using System.Numerics;

namespace LiftPlus.Decisions;

/// <summary>Computes with vectors of float32.</summary>
internal static class Vectors
{
    private const double SmallestLength = 1e-12; // as torch's normalize

    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector<float> sums = Vector<float>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
            sums += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
        float sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    public static void Normalize(ReadOnlySpan<float> values, Span<float> unit)
    {
        double squares = 0;
        foreach (float value in values)
            squares += (double)value * value;
        double length = Math.Max(Math.Sqrt(squares), SmallestLength);
        for (int i = 0; i < values.Length; i++)
            unit[i] = (float)(values[i] / length);
    }
}
