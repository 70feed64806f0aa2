namespace LiftPlus.Samples.Shapes;

/// <summary>
/// Generates random numbers (SplitMix64) that depend only on the keys. An image (seed, split, class, index) is therefore the same on every
/// thread, in any order.
/// </summary>
public struct Dice
{
    private ulong _state;

    public Dice(params ReadOnlySpan<long> keys)
    {
        foreach (long key in keys)
            _state = Mix(_state ^ (ulong)key) + 0x9E3779B97F4A7C15;
    }

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        return Mix(_state);
    }

    /// <summary>Draws a number in [0, 1).</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Draws a number in [low, high).</summary>
    public float Range(double low, double high) => (float)(low + (high - low) * Unit());

    /// <summary>Draws an integer in [0, count).</summary>
    public int Below(int count) => (int)(Unit() * count);

    public bool Chance(double probability) => Unit() < probability;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>
    /// Draws from about the standard normal distribution: the sum of twelve uniforms minus 6, the same on every platform.
    /// </summary>
    public double Normal()
    {
        double sum = -6;
        for (int i = 0; i < 12; i++)
            sum += Unit();
        return sum;
    }

    /// <summary>Shuffles in place (Fisher-Yates).</summary>
    public void Shuffle<T>(T[] items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
