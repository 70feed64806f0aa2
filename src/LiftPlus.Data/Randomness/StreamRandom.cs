namespace LiftPlus.Data;

/// <summary>
/// Generates a separate stream for each (seed, epoch, index, occurrence). Streams share nothing, so what is drawn for an image does not
/// depend on the thread that draws, or when. The generator is SplitMix64 (Steele, Lea and Flood, OOPSLA 2014, doi 10.1145/2660193.2660195).
/// </summary>
public sealed class StreamRandom : RandomSource
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <summary>Starts the stream.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="index">The image's index in its dataset; -1 for the order of the epoch.</param>
    /// <param name="occurrence">How often the image has already come in this epoch: 0 unless a sampler repeats images.</param>
    public StreamRandom(int seed, int epoch, int index, int occurrence = 0)
        : this((long)seed, epoch, index, occurrence) { }

    internal StreamRandom(long seed, int epoch, int index, int occurrence = 0)
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
