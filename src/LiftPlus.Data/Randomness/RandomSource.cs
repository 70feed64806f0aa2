namespace LiftPlus.Data;

/// <summary>Generates random numbers for transforms and samplers. The numbers made from a word follow torch's CPU generator.</summary>
public abstract class RandomSource
{
    /// <summary>Returns the next 32 random bits.</summary>
    public abstract uint NextWord();

    /// <summary>Returns a number that is uniform in [0, 1), with 24 bits.</summary>
    public float NextSingle() => (NextWord() & 0xFFFFFF) * (1f / (1 << 24));

    /// <summary>
    /// Returns a number that is uniform in [<paramref name="low"/>, <paramref name="high"/>), in float32 with one rounding.
    /// </summary>
    public float NextUniform(float low, float high) => MathF.FusedMultiplyAdd(NextSingle(), high - low, low);

    /// <summary>Returns an integer from 0 to <paramref name="count"/> - 1.</summary>
    public int NextInt(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return (int)(NextWord() % (uint)count);
    }

    /// <summary>Shuffles in place: each item swaps with one not before it, as torch.randperm does.</summary>
    internal void Shuffle(List<int> items)
    {
        for (int i = 0; i < items.Count - 1; i++)
        {
            int other = i + NextInt(items.Count - i);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }
}
