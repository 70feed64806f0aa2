namespace LiftPlus.Data;

/// <summary>Random numbers for transforms and samplers. The numbers made from a word follow torch's CPU generator.</summary>
public abstract class RandomSource
{
    /// <summary>The next 32 random bits.</summary>
    public abstract uint NextWord();

    /// <summary>Uniform in [0, 1), with 24 bits.</summary>
    public float NextSingle() => (NextWord() & 0xFFFFFF) * (1f / (1 << 24));

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>), in float32 with one rounding.</summary>
    public float NextUniform(float low, float high) => MathF.FusedMultiplyAdd(NextSingle(), high - low, low);

    /// <summary>A whole number from 0 to <paramref name="count"/> - 1.</summary>
    public int NextInt(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return (int)(NextWord() % (uint)count);
    }
}

/// <summary>
/// A stream of its own for each (seed, epoch, index, occurrence), with nothing shared between streams: what is drawn for an image does not depend on
/// which thread draws, or when. SplitMix64 (Steele, Lea, Flood, OOPSLA 2014, doi 10.1145/2660193.2660195).
/// </summary>
public sealed class StreamRandom : RandomSource
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <summary>Starts the stream.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="index">The image's place in its dataset; -1 for the order of the epoch.</param>
    /// <param name="occurrence">How often the image has come in this epoch before: 0 unless a sampler repeats images.</param>
    public StreamRandom(long seed, int epoch, int index, int occurrence = 0)
    {
        _state = Mix(Mix(Mix((ulong)seed + Golden) ^ (uint)epoch) ^ (uint)index);
        if (occurrence != 0)
            _state = Mix(_state ^ ((ulong)occurrence << 32));
    }

    /// <inheritdoc/>
    public override uint NextWord() => (uint)(Mix(_state += Golden) >> 32);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

/// <summary>
/// The Mersenne Twister MT19937 (Matsumoto and Nishimura 1998, doi 10.1145/272991.272995): the same words as torch's CPU generator after
/// <c>manual_seed</c> and as NumPy's legacy generator after <c>seed</c>.
/// </summary>
public sealed class TorchRandom : RandomSource
{
    private const int Size = 624,
        Shift = 397;

    private readonly uint[] _state = new uint[Size];
    private int _next = Size;

    /// <summary>Seeds the generator.</summary>
    public TorchRandom(uint seed)
    {
        _state[0] = seed;
        for (int i = 1; i < Size; i++)
            _state[i] = 1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30)) + (uint)i;
    }

    /// <inheritdoc/>
    public override uint NextWord()
    {
        if (_next == Size)
            Refill();
        uint y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >> 18);
    }

    private void Refill()
    {
        for (int i = 0; i < Size; i++)
        {
            uint y = (_state[i] & 0x80000000) | (_state[(i + 1) % Size] & 0x7FFFFFFF);
            _state[i] = _state[(i + Shift) % Size] ^ (y >> 1) ^ (y % 2 == 0 ? 0 : 0x9908B0DF);
        }

        _next = 0;
    }
}
