namespace LiftPlus.Data;

/// <summary>Draws as NumPy's legacy <c>RandomState</c> does from the same words, so that published subsets come out exactly.</summary>
internal static class NumpyDraws
{
    /// <summary>
    /// Returns a number that is uniform from 0 to <paramref name="max"/>: words under the smallest mask that covers it, until one fits.
    /// </summary>
    public static uint UpTo(RandomSource random, uint max)
    {
        if (max == 0)
            return 0;
        uint mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(max),
            value;
        while ((value = random.NextWord() & mask) > max) { }

        return value;
    }

    /// <summary>Shuffles in place, from the last item to the second.</summary>
    public static void Shuffle<T>(Span<T> items, RandomSource random)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int other = (int)UpTo(random, (uint)i);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }
}
